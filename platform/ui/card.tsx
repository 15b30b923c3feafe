import { type ReactNode, useId } from 'react';
import { classes } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';

export interface CardProps {
  /** Heading of the card; names it for screen readers. */
  readonly title?: ReactNode;
  /** At the end of the heading: a link or a small button. */
  readonly aside?: ReactNode;
  /** A quiet sentence below the heading. */
  readonly about?: ReactNode;
  /** No inner margin: the card holds a table, a toolbar or tabs, which bring their own. */
  readonly flush?: boolean;
  /** Name for screen readers when there is no title. */
  readonly label?: string;
  readonly id?: string;
  readonly footer?: ReactNode;
  readonly children?: ReactNode;
}

/** A surface with a hairline. With a title it is a named region. */
export function Card({ title, aside, about, flush, label, id, footer, children }: CardProps) {
  const headingId = useId();
  return (
    <section className="ui-card" id={id} aria-labelledby={title ? headingId : undefined} aria-label={title ? undefined : label}>
      {(title || aside) && (
        <div className="ui-card-head">
          <div>
            {title && <h2 id={headingId}>{title}</h2>}
            {about && <p className="ui-quiet">{about}</p>}
          </div>
          {aside && <div className="ui-card-aside">{aside}</div>}
        </div>
      )}
      {flush ? children : <div className="ui-card-body">{children}</div>}
      {footer && <div className="ui-card-foot">{footer}</div>}
    </section>
  );
}

/** A small card with one figure: label, value, and a line below it. */
export const Figure = ({ label, value, note }: { readonly label: string; readonly value: ReactNode; readonly note?: ReactNode }) => (
  <div className="ui-card ui-figure">
    <dt>{label}</dt>
    <dd className="ui-figure-value">{value}</dd>
    {note && <dd className="ui-figure-note">{note}</dd>}
  </div>
);

/** Figures side by side, under each other on a phone. */
export const Figures = ({ children }: { readonly children: ReactNode }) => <dl className="ui-figures">{children}</dl>;

/** The large figure of a page with its label, status and buttons: a balance, what is left of an order. */
export const Headline = ({
  label,
  value,
  note,
  actions,
}: {
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
}) => (
  <div className="ui-headline">
    <div>
      <p className="ui-quiet">{label}</p>
      <p className="ui-headline-value">{value}</p>
      {note && <div className="ui-row">{note}</div>}
    </div>
    {actions && <div className="ui-buttons">{actions}</div>}
  </div>
);

/** One label with its value. A missing value shows a dash, never an empty line. */
export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** Labels and values of one thing. */
export const Facts = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl className="ui-facts">
    {facts.map(({ label, value }, at) => (
      <div key={`${at} ${label}`}>
        <dt>{label}</dt>
        <dd>{value === null || value === undefined || value === '' ? '–' : value}</dd>
      </div>
    ))}
  </dl>
);

/** One line of what a serious button will do, or did. */
export interface Consequence {
  readonly icon?: IconName;
  readonly text: ReactNode;
  readonly note?: ReactNode;
}

/** What will happen, as a list before the button and after it. */
export const Consequences = ({ lines }: { readonly lines: readonly Consequence[] }) => (
  <ul className="ui-consequences">
    {lines.map(({ icon = 'dot', text, note }, index) => (
      <li key={index}>
        <Icon name={icon} />
        <span>
          {text}
          {note && <small>{note}</small>}
        </span>
      </li>
    ))}
  </ul>
);

/** Things below each other with the usual distance. */
export const Stack = ({ children, tight }: { readonly children: ReactNode; readonly tight?: boolean }) => (
  <div className={classes('ui-stack', tight && 'ui-stack-tight')}>{children}</div>
);

/** Things in a row that wraps. */
export const Row = ({ children, spread }: { readonly children: ReactNode; readonly spread?: boolean }) => (
  <div className={classes('ui-row', spread && 'ui-row-spread')}>{children}</div>
);

/** The main thing and, beside it (below it when narrow), what accompanies it: a timeline, a summary. */
export const Split = ({ children, side }: { readonly children: ReactNode; readonly side: ReactNode }) => (
  <div className="ui-split">
    <div className="ui-stack">{children}</div>
    <div className="ui-stack">{side}</div>
  </div>
);

/** Text for screen readers only. */
export const Hidden = ({ children }: { readonly children: ReactNode }) => <span className="ui-hidden">{children}</span>;
