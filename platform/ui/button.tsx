import { useNavigation } from '@remix-run/react';
import { type ButtonHTMLAttributes, type MouseEvent, type ReactNode, useContext } from 'react';
import { classes } from './class-names.ts';
import { FormContext } from './form-context.ts';
import { Icon, type IconName } from './icon.tsx';
import { Anchor, type AnchorProps } from './link.tsx';

/** `main`: the one thing to do on this page. `grave`: takes something away. `bare`: a quiet aside. */
export type ButtonLook = 'main' | 'plain' | 'bare' | 'grave';

interface Looks {
  /** Default `plain`. */
  readonly look?: ButtonLook;
  /** For rows of a list. */
  readonly small?: boolean;
  readonly wide?: boolean;
  readonly icon?: IconName;
}

const buttonClass = ({ look = 'plain', small, wide }: Looks, extra?: string) =>
  classes('ui-button', `ui-button-${look}`, small && 'ui-button-small', wide && 'ui-button-wide', extra);

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, Looks {
  /** The form is on its way: the text changes, a second press does nothing, the width stays. */
  readonly pending?: boolean;
  /** Shown while pending, "Saving…". */
  readonly pendingText?: string;
  /** The letter that presses this button in the current row of a list with `keys`. */
  readonly rowKey?: string;
  readonly children: ReactNode;
}

const swallow = (event: MouseEvent) => event.preventDefault();

/** A button. `type` defaults to `submit`: most buttons here send a form. */
export function Button({ look, small, wide, icon, pending, pendingText, rowKey, children, className, onClick, type = 'submit', ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={buttonClass({ look, small, wide }, className)}
      data-row-key={rowKey}
      aria-busy={pending || undefined}
      aria-disabled={pending || rest['aria-disabled'] || undefined}
      onClick={pending ? swallow : onClick}
    >
      {icon && <Icon name={icon} />}
      {pendingText ? <PendingText pending={pending} text={children} pendingText={pendingText} /> : children}
    </button>
  );
}

/** Both texts share one grid cell, so the button is as wide as the longer one from the start. */
const PendingText = ({ pending, text, pendingText }: { pending?: boolean; text: ReactNode; pendingText: string }) => (
  <span className="ui-button-text">
    <span data-shown={!pending}>{text}</span>
    <span data-shown={Boolean(pending)} aria-hidden={!pending}>
      {pendingText}
    </span>
  </span>
);

/**
 * A submit button that knows by itself when its form is on its way: the `FormArea` around it, else any form of the page.
 * `name` and `value` tell two buttons of one form apart.
 */
export function SubmitButton({ pending, ...button }: ButtonProps) {
  const form = useContext(FormContext);
  const { state, formData } = useNavigation();
  const isSending = form ? form.isSending : state !== 'idle' && formData !== undefined;
  const isMine = !button.name || formData?.get(button.name) === String(button.value ?? '');
  return <Button look="main" {...button} pending={pending ?? (isSending && isMine)} />;
}

export interface ButtonLinkProps extends AnchorProps, Looks {}

/** A link that looks like a button: it goes somewhere, it changes nothing. */
export const ButtonLink = ({ look, small, wide, icon, className, children, ...rest }: ButtonLinkProps) => (
  <Anchor {...rest} className={buttonClass({ look, small, wide }, className)}>
    {icon && <Icon name={icon} />}
    {children}
  </Anchor>
);

/** Buttons side by side, the main one last; on a phone they share the width. */
export const Buttons = ({ children, end }: { readonly children: ReactNode; readonly end?: boolean }) => (
  <div className={classes('ui-buttons', end && 'ui-buttons-end')}>{children}</div>
);
