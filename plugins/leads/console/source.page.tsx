import type { PageProps } from '@portico/kit/page';
import {
  Buttons,
  Card,
  Chip,
  type Column,
  Consequences,
  CopyField,
  DataTable,
  DateTime,
  Dialog,
  DialogClose,
  DialogTrigger,
  EmptyState,
  Flash,
  FormArea,
  FormCard,
  PageHead,
  Split,
  SubmitButton,
  SwitchField,
  TextField,
  useText,
} from '@portico/ui';
import type { load } from './source.server.ts';

type Props = PageProps<typeof load>;
type Key = Props['data']['keys'][number];
const refusalOf = (refusal: Props['refusal'], intent: string, field = 'name') => {
  if (refusal?.typed['intent'] !== intent) return undefined;
  return { ...refusal, fields: Object.fromEntries(Object.entries(refusal.fields).map(([name, text]) => [name === 'name' ? field : name, text])) };
};

/** One source: its name, whether it may post, its keys. */
export default function Source({ data, refusal }: Props) {
  const t = useText();
  return (
    <>
      <PageHead
        crumbs={[{ label: t('leads.sources'), href: '/console/leads/sources' }]}
        title={data.name}
        sub={t('leads.source.about')}
        banner={refusal?.say && <Flash tone="bad">{refusal.say}</Flash>}
      />
      <Split
        side={
          <FormCard title={t('leads.source.edit')} submit={t('leads.save')} refusal={refusalOf(refusal, 'change')} prefix="change">
            <input type="hidden" name="intent" value="change" />
            <TextField name="name" label={t('leads.source.name')} defaultValue={data.name} maxLength={80} />
            <SwitchField name="enabled" label={t('leads.source.enabled')} hint={t('leads.source.enabled.hint')} defaultChecked={data.enabled} />
          </FormCard>
        }
      >
        <Card title={t('leads.source.keys')} flush>
          <DataTable
            caption={t('leads.source.keys')}
            columns={useKeyColumns()}
            rows={data.keys}
            rowKey={(key) => key.id}
            actions={(key) => <Revoke apiKey={key} />}
            empty={<EmptyState icon="key" title={t('leads.source.no-keys')} text={t('leads.source.no-keys.text')} />}
          />
        </Card>
        <FormCard
          title={t('leads.source.key-new')}
          about={t('leads.source.key-new.about')}
          submit={t('leads.source.key-new.submit')}
          refusal={refusalOf(refusal, 'key', 'keyName')}
          prefix="key"
        >
          <input type="hidden" name="intent" value="key" />
          <TextField name="keyName" label={t('leads.source.key-name')} hint={t('leads.source.key-name.hint')} maxLength={80} />
          <CopyField label={t('leads.source.address')} value={data.address} hint={t('leads.source.address.hint')} />
        </FormCard>
      </Split>
    </>
  );
}

function useKeyColumns(): readonly Column<Key>[] {
  const t = useText();
  return [
    { key: 'name', header: t('leads.source.key-name'), lead: true, cell: (key) => <b>{key.name}</b> },
    { key: 'last-four', header: t('leads.source.key-ends'), cell: (key) => <code>…{key.lastFour}</code> },
    { key: 'created', header: t('leads.source.key-created'), cell: (key) => <DateTime at={key.createdAt} look="day" /> },
    {
      key: 'state',
      header: t('leads.source.state'),
      cell: (key) => (key.revokedAt ? <Chip>{t('leads.source.key-revoked')}</Chip> : <Chip tone="good">{t('leads.source.key-valid')}</Chip>),
    },
  ];
}

/** A revoked key is refused for good: what will happen is said before it does. */
function Revoke({ apiKey }: { readonly apiKey: Key }) {
  const t = useText();
  if (apiKey.revokedAt) return null;
  const dialog = `revoke-${apiKey.id}`;
  const values = { name: apiKey.name };
  return (
    <>
      <DialogTrigger target={dialog} small look="grave" aria-label={t('leads.source.revoke-this', values)}>
        {t('leads.source.revoke')}
      </DialogTrigger>
      <Dialog id={dialog} title={t('leads.source.revoke.title', values)}>
        <FormArea>
          <Consequences
            lines={[
              { icon: 'key', text: t('leads.source.revoke.then-refused') },
              { icon: 'leads', text: t('leads.source.revoke.then-leads') },
            ]}
          />
          <input type="hidden" name="keyId" value={apiKey.id} />
          <Buttons end>
            <DialogClose target={dialog} look="bare">
              {t('leads.cancel')}
            </DialogClose>
            <SubmitButton look="grave" name="intent" value="revoke">
              {t('leads.source.revoke-this', values)}
            </SubmitButton>
          </Buttons>
        </FormArea>
      </Dialog>
    </>
  );
}
