import { type Choice, SelectField, TextField, useText } from '@portico/ui';

interface Props {
  readonly groups: readonly Choice[];
  /** How many customers there are beyond those. */
  readonly more: number;
  readonly defaultValue?: string;
}

/** For whom: a list while all fit into it, else a field to write a customer's name or number into. */
export function BuyerField({ groups, more, defaultValue }: Props) {
  const t = useText();
  const label = t('billing.bill-group');
  if (more === 0) return <SelectField name="billGroupId" label={label} placeholder={t('billing.choose')} options={groups} defaultValue={defaultValue} />;
  return (
    <>
      <TextField
        name="billGroupId"
        label={label}
        hint={t('billing.bill-group.more', { count: more })}
        list="buyers"
        autoComplete="off"
        maxLength={300}
        required
      />
      <datalist id="buyers">
        {groups.map(({ value, label: text }) => (
          <option key={value} value={text} />
        ))}
      </datalist>
    </>
  );
}
