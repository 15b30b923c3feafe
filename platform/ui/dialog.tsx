import { useLocation } from '@remix-run/react';
import { type MouseEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { Icon } from './icon.tsx';
import { useText } from './text.tsx';

// React 18 passes these attributes through but does not know their types yet.
const popover = { popover: 'auto' } as Record<string, string>;
const popoverTarget = (id: string, action: 'toggle' | 'hide') => ({ popovertarget: id, popovertargetaction: action }) as Record<string, string>;

const dialogOf = (id: string): HTMLDialogElement | null => {
  const element = document.getElementById(id);
  return element instanceof HTMLDialogElement ? element : null;
};

export interface DialogProps {
  /** Unique on the page; the trigger names it. */
  readonly id: string;
  readonly title: string;
  /** Open from the start: its form came back refused. Without script it then stands in the page as a section. */
  readonly open?: boolean;
  readonly children: ReactNode;
}

/**
 * A native dialog. With script it is modal: focus stays inside, Esc closes. Without script the trigger opens it as a
 * popover, so the form in it can be sent all the same.
 */
export function Dialog({ id, title, open, children }: DialogProps) {
  const t = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useAnswers(dialog, open ?? false);
  useEffect(() => {
    const element = dialog.current;
    const closeOnBackdrop = (event: Event) => event.target === element && element?.close();
    element?.addEventListener('click', closeOnBackdrop);
    return () => element?.removeEventListener('click', closeOnBackdrop);
  }, []);
  return (
    <dialog ref={dialog} id={id} open={open} className="ui-dialog" aria-labelledby={`${id}-title`} {...popover}>
      <div className="ui-dialog-box">
        <h2 id={`${id}-title`}>{title}</h2>
        {children}
        {/* Last, so that the focus begins at the first field. */}
        <DialogClose target={id} look="bare" small className="ui-dialog-close" aria-label={t('ui.close')}>
          <Icon name="close" />
        </DialogClose>
      </div>
    </dialog>
  );
}

export interface DialogButtonProps extends Omit<ButtonProps, 'type'> {
  /** Id of the dialog. */
  readonly target: string;
}

/** Each answer to a form changes the location's key: the dialog then closes, or shows its form again with what is wrong. */
function useAnswers(dialog: RefObject<HTMLDialogElement>, open: boolean): void {
  const { key } = useLocation();
  const last = useRef('');
  useEffect(() => {
    const answer = `${key} ${open}`;
    if (last.current === answer) return;
    last.current = answer;
    dialog.current?.close();
    if (!open) return;
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>('[role="alert"]')?.focus();
  }, [dialog, open, key]);
}

/** Opens a dialog. */
export function DialogTrigger({ target, ...button }: DialogButtonProps) {
  const show = (event: MouseEvent) => {
    event.preventDefault();
    dialogOf(target)?.showModal();
  };
  return <Button {...button} type="button" aria-haspopup="dialog" onClick={show} {...popoverTarget(target, 'toggle')} />;
}

/** Closes a dialog, leaving everything as it was. */
export function DialogClose({ target, ...button }: DialogButtonProps) {
  const close = (event: MouseEvent) => {
    event.preventDefault();
    dialogOf(target)?.close();
  };
  return <Button {...button} type="button" onClick={close} {...popoverTarget(target, 'hide')} />;
}
