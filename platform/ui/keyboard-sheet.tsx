import { KEY_SHEET, useLetterKeys } from './client.ts';
import { Dialog } from './dialog.tsx';
import { useText } from './text.tsx';
import { Kbd, useHydrated } from './values.tsx';

const FRAME_KEYS = [
  ['/', 'ui.keys.search'],
  ['?', 'ui.keys.sheet'],
  ['Esc', 'ui.keys.back'],
] as const;
const ROW_KEYS = [
  ['J', 'ui.keys.next'],
  ['K', 'ui.keys.previous'],
  ['X', 'ui.keys.pick'],
  ['Enter', 'ui.keys.open'],
  ['A', 'ui.keys.approve'],
  ['D', 'ui.keys.deny'],
] as const;

/** The sheet that `?` opens: what keys do, and the switch for single letters. There only once script runs. */
export function KeyboardSheet({ hasRowKeys }: { readonly hasRowKeys?: boolean }) {
  const t = useText();
  const [isOn, setOn] = useLetterKeys();
  if (!useHydrated()) return null;
  const keys = hasRowKeys ? [...FRAME_KEYS, ...ROW_KEYS] : FRAME_KEYS;
  return (
    <Dialog id={KEY_SHEET} title={t('ui.keys')}>
      <dl className="ui-facts ui-keys">
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{t(text)}</dd>
          </div>
        ))}
      </dl>
      <div className="ui-check ui-switch">
        <input type="checkbox" role="switch" id="letter-keys" checked={isOn} onChange={(event) => setOn(event.target.checked)} />
        <label htmlFor="letter-keys">{t('ui.keys.letters')}</label>
      </div>
    </Dialog>
  );
}
