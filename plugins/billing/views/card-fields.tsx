import { Notice, useHydrated, useText } from '@portico/ui';
import { useEffect, useId, useRef, useState } from 'react';
import type { CardForm } from '../api.ts';

/** What of the gateway's script is used: its card fields are a frame of its own, so that the number never reaches this page. */
interface GatewayScript {
  elements(): { create(kind: 'card', options: object): CardElement };
  createPaymentMethod(of: { type: 'card'; card: CardElement }): Promise<{ paymentMethod?: { id: string }; error?: { message?: string } }>;
  confirmCardSetup(secret: string, by: { payment_method: { card: CardElement } }): Promise<{ setupIntent?: { id: string }; error?: { message?: string } }>;
  handleNextAction(of: { clientSecret: string }): Promise<{ error?: { message?: string } }>;
}
interface CardElement {
  mount(node: HTMLElement): void;
  update(options: object): void;
  unmount(): void;
}
declare global {
  interface Window {
    Stripe?: (publishableKey: string) => GatewayScript;
  }
}

/** The gateway's script, once it is there; `failed` when it cannot be had. */
export function useGatewayScript({ scriptUrl, publishableKey }: CardForm): GatewayScript | 'loading' | 'failed' {
  const [state, setState] = useState<GatewayScript | 'loading' | 'failed'>('loading');
  useEffect(() => {
    const ready = () => setState(window.Stripe ? () => made(window.Stripe!, publishableKey) as never : 'failed');
    if (window.Stripe) return ready();
    const script = document.createElement('script');
    script.src = scriptUrl;
    script.onload = ready;
    script.onerror = () => setState('failed');
    document.head.append(script);
    return undefined;
  }, [scriptUrl, publishableKey]);
  return state;
}

const made = (gateway: NonNullable<Window['Stripe']>, key: string): GatewayScript => gateway(key);

interface Props {
  readonly form: CardForm;
  /** Present: the card is kept by this set-up, and the bank may ask its owner; else it is read for one payment. */
  readonly clientSecret?: string;
  /** The answer that the form came back with: then another card is read, however the first one was called. */
  readonly refusal?: object;
}

/**
 * The card's fields, as the gateway draws them. They stand in a form; when it is sent they are read first, and the hidden
 * field `card` carries the gateway's name of the card. What the gateway has to say about them stands below.
 */
export function CardFields({ form, clientSecret, refusal }: Props) {
  const t = useText();
  const gateway = useGatewayScript(form);
  const isHydrated = useHydrated();
  const place = useRef<HTMLDivElement>(null);
  const hidden = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState('');
  const errorId = useId();
  useEffect(() => {
    // a card that was refused is not sent a second time: what is typed now is read anew
    if (refusal && hidden.current) hidden.current.value = '';
  }, [refusal]);
  useEffect(() => {
    const node = place.current;
    const formNode = node?.closest('form');
    if (typeof gateway === 'string' || !node || !formNode) return undefined;
    const { element, unmount } = mountCard(gateway, node);
    const read = async (): Promise<void> => {
      const answer = clientSecret
        ? await gateway.confirmCardSetup(clientSecret, { payment_method: { card: element } })
        : await gateway.createPaymentMethod({ type: 'card', card: element });
      const id = 'setupIntent' in answer ? answer.setupIntent?.id : 'paymentMethod' in answer ? answer.paymentMethod?.id : undefined;
      if (!id) return setProblem(answer.error?.message ?? t('billing.card.unreadable'));
      setProblem('');
      hidden.current!.value = id;
      formNode.requestSubmit(submitter ?? undefined);
    };
    let submitter: HTMLElement | null = null;
    const intercept = (event: SubmitEvent): void => {
      const chosen = new FormData(formNode).get('method');
      if (hidden.current?.value || (chosen !== null && chosen !== 'new')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      submitter = event.submitter;
      read().catch(() => setProblem(t('billing.card.unreadable')));
    };
    // before the form's own listeners: what they would send is not complete yet
    formNode.addEventListener('submit', intercept, { capture: true });
    return () => {
      formNode.removeEventListener('submit', intercept, { capture: true });
      unmount();
    };
  }, [gateway, clientSecret, t]);
  if (gateway === 'failed') return <Notice tone="bad" title={t('billing.card.no-script')} />;
  return (
    <div className="ui-field">
      <span className="ui-field-label" id={`${errorId}-label`}>
        {t('billing.card')}
      </span>
      <div
        ref={place}
        className="billing-card"
        role="group"
        aria-labelledby={`${errorId}-label`}
        aria-describedby={errorId}
        aria-busy={gateway === 'loading'}
      />
      <input ref={hidden} type="hidden" name="card" />
      <span id={errorId} role="alert" className="ui-error">
        {problem}
      </span>
      {!isHydrated && (
        <noscript>
          <p className="ui-hint">{t('billing.card.needs-script')}</p>
        </noscript>
      )}
    </div>
  );
}

/** Draws the gateway's fields into a place of the page, in the page's colours, also when these change. */
function mountCard(gateway: GatewayScript, node: HTMLElement): { element: CardElement; unmount(): void } {
  const element = gateway.elements().create('card', { classes: { base: 'ui-input' }, style: coloursOf(node) });
  element.mount(node);
  const dusk = window.matchMedia('(prefers-color-scheme: dark)');
  const recolour = (): void => element.update({ style: coloursOf(node) });
  dusk.addEventListener('change', recolour);
  return {
    element,
    unmount() {
      dusk.removeEventListener('change', recolour);
      element.unmount();
    },
  };
}

/** The page's own colours for the gateway's frame, which cannot see them: in the dark its words would be dark on dark. */
function coloursOf(node: HTMLElement): object {
  const probe = node.appendChild(document.createElement('span'));
  // or each colour would be read at the beginning of its way from the one before
  probe.style.setProperty('transition', 'none', 'important');
  const colour = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const base = { fontSize: '16px', color: colour('--ink'), backgroundColor: colour('--surface'), '::placeholder': { color: colour('--ink-3') } };
  const style = { base, invalid: { color: colour('--bad') } };
  probe.remove();
  return style;
}
