import { useText } from '@portico/ui';
import type { AssignableChoices } from '../lead/assignable-members.ts';
import { ChoiceField } from './choice-field.tsx';

interface Props {
  readonly people: AssignableChoices;
  readonly assigneeId?: string;
  readonly typed?: string;
  readonly error?: string;
}

/** Whom a lead is given to; nobody when it is left empty. */
export function AssigneeField({ people, assigneeId = '', typed, error }: Props) {
  const t = useText();
  const { choices, more } = people;
  // names are not unique: what is written names the e-mail address too
  const text = ({ name, email }: (typeof choices)[number]) => (more > 0 && email ? `${name} (${email})` : name);
  const options = choices.map((person) => ({ value: person.memberId, label: text(person) }));
  return (
    <ChoiceField
      name="memberId"
      label={t('leads.assign-to')}
      options={more > 0 ? options : [{ value: '', label: t('leads.nobody') }, ...options]}
      more={more}
      moreHint={t('leads.assign-to.more', { count: more })}
      defaultValue={assigneeId}
      typed={typed}
      error={error}
      key={assigneeId}
    />
  );
}
