import { useLocation } from '@remix-run/react';
import { type ReactNode, useEffect, useState } from 'react';
import { ButtonLink } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import { listHref } from './list-links.ts';
import { useText } from './text.tsx';
import type { Tone } from './values.tsx';

export interface EmptyStateProps {
  readonly icon?: IconName;
  readonly title: string;
  /** What will stand here, and how it comes to be. */
  readonly text?: ReactNode;
  /** The one thing to do, usually a `ButtonLink`. */
  readonly action?: ReactNode;
}

/** A list or page that has nothing yet. */
export const EmptyState = ({ icon = 'inbox', title, text, action }: EmptyStateProps) => (
  <div className="ui-empty">
    <span className="ui-empty-icon">
      <Icon name={icon} size={24} />
    </span>
    <p className="ui-empty-title">{title}</p>
    {text && <p>{text}</p>}
    {action && <div className="ui-buttons">{action}</div>}
  </div>
);

/** A list whose filters leave nothing. `clear` is where the list is without them; default: the page without any query but its order. */
export function NoMatch({ title, clear }: { readonly title?: string; readonly clear?: string }) {
  const t = useText();
  const { search } = useLocation();
  const names = [...new URLSearchParams(search).keys()].filter((name) => !name.endsWith('sort'));
  const href = clear ?? listHref(search, Object.fromEntries(names.map((name) => [name, null])));
  return (
    <EmptyState
      icon="search"
      title={title ?? t('ui.no-match')}
      text={t('ui.no-match.text')}
      action={<ButtonLink href={href}>{t('ui.filter.clear-filters')}</ButtonLink>}
    />
  );
}

export interface ErrorPanelProps {
  /** What happened, in the customer's words. */
  readonly title?: string;
  readonly text?: ReactNode;
  /** Number that support finds the request by. */
  readonly reference?: string;
  /** Where "Try again" leads. Default: the same address. `null`: trying again is of no use. */
  readonly retry?: string | null;
  readonly contact?: string;
  readonly actions?: ReactNode;
}

/** What happened, what can be done, and how to reach somebody. Usable without a router around it. */
export function ErrorPanel({ title, text, reference, retry = '', contact, actions }: ErrorPanelProps) {
  const t = useText();
  return (
    <div className="ui-empty" role="alert">
      <span className="ui-empty-icon">
        <Icon name="alert" size={24} />
      </span>
      <h1 className="ui-empty-title">{title ?? t('ui.error.title')}</h1>
      <p>{text ?? t('ui.error.text')}</p>
      <div className="ui-buttons">
        {actions}
        {retry !== null && (
          <a className="ui-button ui-button-main" href={retry}>
            {t('ui.error.retry')}
          </a>
        )}
        {contact && (
          <a className="ui-button ui-button-plain" href={contact}>
            {t('ui.contact')}
          </a>
        )}
      </div>
      {reference && <p className="ui-tiny">{t('ui.error.reference', { reference })}</p>}
    </div>
  );
}

const ICON_OF: Readonly<Record<Tone, IconName>> = { good: 'check', wait: 'clock', bad: 'alert', info: 'info', neutral: 'info' };

/** The result of a form, first thing on the next page, spoken by screen readers. */
export const Flash = ({ tone = 'good', children }: { readonly tone?: Tone; readonly children: ReactNode }) => (
  <div className={`ui-notice ui-notice-${tone} ui-flash`} role={tone === 'bad' ? 'alert' : 'status'}>
    <Icon name={ICON_OF[tone]} />
    <div>{children}</div>
  </div>
);

/** Something to know that stays: no announcement. */
export const Notice = ({
  tone = 'info',
  title,
  children,
  action,
}: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) => (
  <div className={`ui-notice ui-notice-${tone}`}>
    <Icon name={ICON_OF[tone]} />
    <div>
      {title && (
        <p>
          <b>{title}</b>
        </p>
      )}
      {children}
    </div>
    {action && <div className="ui-notice-action">{action}</div>}
  </div>
);

export interface UndoBannerProps {
  /** "Your plan will be cancelled at 10:24". */
  readonly title: string;
  readonly text?: ReactNode;
  /** Seconds left when the server rendered the page, by the business's clock, and of how many in all. */
  readonly secondsLeft: number;
  readonly secondsTotal: number;
  /** The form with the Undo button. */
  readonly children: ReactNode;
}

/** A decided thing that can still be taken back. Goes into `PageHead`'s `banner`. Counts down once script runs. */
export function UndoBanner({ title, text, secondsLeft, secondsTotal, children }: UndoBannerProps) {
  const left = useCountdown(secondsLeft);
  const share = secondsTotal > 0 ? Math.min(1, left / secondsTotal) : 0;
  const around = 2 * Math.PI * 20;
  return (
    <section className="ui-undo" aria-label={title}>
      <svg className="ui-undo-ring" viewBox="0 0 44 44" width="44" height="44" aria-hidden="true">
        <circle cx="22" cy="22" r="20" className="ui-undo-track" />
        <circle cx="22" cy="22" r="20" className="ui-undo-left" strokeDasharray={`${around * share} ${around}`} transform="rotate(-90 22 22)" />
        <text x="22" y="26" textAnchor="middle" className="ui-num">
          {useTimeLeft(left)}
        </text>
      </svg>
      <div className="ui-undo-words">
        <p>
          <b>{title}</b>
        </p>
        {text && <p className="ui-quiet">{text}</p>}
      </div>
      {children}
    </section>
  );
}

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** `9:42`, and where nobody counts seconds `5 h` or `12 d`. */
function useTimeLeft(left: number): string {
  const t = useText();
  if (left >= DAY) return t('ui.undo.days', { days: Math.floor(left / DAY) });
  if (left >= HOUR) return t('ui.undo.hours', { hours: Math.floor(left / HOUR) });
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}

/** Whole seconds, one fewer each second in the browser, never below zero. Follows a new value from the server. */
function useCountdown(seconds: number): number {
  const [state, setState] = useState({ from: seconds, left: Math.max(0, Math.floor(seconds)) });
  useEffect(() => {
    const began = performance.now();
    const tick = () => setState({ from: seconds, left: Math.max(0, Math.floor(seconds - (performance.now() - began) / 1000)) });
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return state.from === seconds ? state.left : Math.max(0, Math.floor(seconds));
}

/** Grey bars of the height of what is coming; shown after 300 ms, so quick pages never flicker. */
export const Skeleton = ({ lines = 3 }: { readonly lines?: number }) => (
  <div className="ui-skeleton" role="status" aria-label={useText()('ui.loading')}>
    {Array.from({ length: lines }, (_, line) => `line ${line}`).map((line) => (
      <span key={line} />
    ))}
  </div>
);
