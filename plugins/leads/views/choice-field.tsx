import { type Choice, SelectField, TextField } from '@portico/ui';

interface Props {
  readonly name: string;
  readonly label: string;
  /** The first entry, with an empty value: "Choose…". */
  readonly placeholder?: string;
  readonly options: readonly Choice[];
  /** How many more there are than `options`. */
  readonly more: number;
  /** What to write for one of those, as a sentence with the count. */
  readonly moreHint: string;
  readonly defaultValue?: string;
  /** What was written in a form that was refused; it stands there again. */
  readonly typed?: string;
  /** What is wrong with it, where no form around it knows. */
  readonly error?: string;
}

/**
 * A choice among rows: a list as long as all of them fit into it. Beyond that a field to write into, which proposes the
 * first ones; the server understands what was written, so that the last customer is reached like the first.
 */
export function ChoiceField({ name, label, placeholder, options, more, moreHint, defaultValue, typed, error }: Props) {
  const listId = `${name}-choices`;
  if (more === 0)
    return <SelectField name={name} label={label} placeholder={placeholder} options={options} defaultValue={typed ?? defaultValue} error={error} />;
  return (
    <>
      <TextField
        name={name}
        label={label}
        hint={moreHint}
        list={listId}
        autoComplete="off"
        maxLength={300}
        defaultValue={typed ?? options.find(({ value }) => value === defaultValue)?.label}
        required={placeholder !== undefined}
        error={error}
      />
      <datalist id={listId}>
        {options.map(({ value, label: text }) => (
          <option key={value} value={text} />
        ))}
      </datalist>
    </>
  );
}
