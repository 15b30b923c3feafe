import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from './button.tsx';
import type { DateLook, MoneyLike, When } from './format.ts';
import { useFormat, useText } from './text.tsx';

/** The meaning of a chip's colour and shape; the word carries it alone as well. */
export type Tone = 'good' | 'wait' | 'bad' | 'info' | 'neutral';

/** A status in a word, with a colour and a shape. `new` has no shape: a mark beside a name. */
export const Chip = ({ tone = 'neutral', children }: { readonly tone?: Tone | 'new'; readonly children: ReactNode }) => (
  <span className={`ui-chip ui-chip-${tone}`}>{children}</span>
);

/** A key of the keyboard. */
export const Kbd = ({ children }: { readonly children: ReactNode }) => <kbd className="ui-kbd">{children}</kbd>;

/** A line that says what keys do; absent on phones and wherever a finger points. */
export const KeyHints = ({ children }: { readonly children: ReactNode }) => <div className="ui-row ui-small ui-quiet ui-key-hints">{children}</div>;

/** An amount in the viewer's locale and its own currency, in tabular figures. */
export const Money = ({ value }: { readonly value: MoneyLike }) => <span className="ui-num">{useFormat().money(value)}</span>;

/** A whole or broken number in the viewer's locale. */
export const Num = ({ value }: { readonly value: number | bigint }) => <span className="ui-num">{useFormat().number(value)}</span>;

/** A time in the business's zone: `Today, 09:12`, the exact time in its title. Takes an instant or a calendar day. */
export function DateTime({ at, look }: { readonly at: When; readonly look?: DateLook }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.exact(at)} className="ui-num" suppressHydrationWarning>
      {format.when(at, look)}
    </time>
  );
}

/** How much of a whole is done or used, as a bar and in words: "31 of 40". */
export function Meter({
  value,
  max,
  label,
  text,
  tone = 'brand',
}: {
  readonly value: number;
  readonly max: number;
  readonly label: string;
  readonly text?: string;
  readonly tone?: 'brand' | Exclude<Tone, 'neutral'>;
}) {
  const t = useText();
  const words = text ?? t('ui.meter', { value, max });
  const share = max > 0 ? Math.min(100, Math.max(0, (value / max) * 100)) : 0;
  return (
    <div className="ui-meter" role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={max} aria-valuenow={value} aria-valuetext={words}>
      <svg width="100%" height="6" aria-hidden="true" focusable="false">
        <rect className="ui-meter-track" width="100%" height="6" rx="3" />
        <rect className={`ui-meter-fill ui-tone-${tone}`} width={`${share}%`} height="6" rx="3" />
      </svg>
      <span className="ui-num" aria-hidden="true">
        {words}
      </span>
    </div>
  );
}

/** The first letters of the first and last word of a name: "Dana Kim" → "DK". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toLocaleUpperCase();
}

/** A person as a disc with initials. Decoration beside the name. */
export const Avatar = ({ name }: { readonly name: string }) => (
  <span className="ui-avatar" aria-hidden="true">
    {initials(name)}
  </span>
);

/** Whether the browser has taken over from the server's markup: before that, a control that needs script is not shown. */
export function useHydrated(): boolean {
  const [isHydrated, setHydrated] = useState(false);
  useEffect(() => setHydrated(true), []);
  return isHydrated;
}

/** A value to take along (a key, a link): selectable without script, one press with it. */
export function CopyField({ label, value, hint }: { readonly label: string; readonly value: string; readonly hint?: string }) {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = () => {
    input.current?.select();
    // Clipboard access may be denied; the value is selected then, and the sentence says what to press.
    navigator.clipboard.writeText(value).then(
      () => setState('copied'),
      () => setState('failed'),
    );
  };
  return (
    <div className="ui-field">
      <label className="ui-field-label">
        <span>{label}</span>
        <input ref={input} className="ui-input ui-copy" readOnly value={value} />
      </label>
      {useHydrated() && (
        <Button type="button" small icon="copy" onClick={copy}>
          {t('ui.copy')}
        </Button>
      )}
      <span role="status" className="ui-hint">
        {state === 'failed' ? t('ui.copy-failed') : state === 'copied' ? t('ui.copied') : hint}
      </span>
    </div>
  );
}

/** Prints the page. Only there once script runs; the browser's own menu prints without it. */
export function PrintButton({ children }: { readonly children?: ReactNode }) {
  const t = useText();
  return useHydrated() ? (
    <Button type="button" icon="print" onClick={() => window.print()}>
      {children ?? t('ui.print')}
    </Button>
  ) : null;
}
