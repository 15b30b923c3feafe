interface Family {
  header: string[];
  samples: string[];
}

/**
 * Joins the Prometheus texts of several processes into one: each sample gets the label `process`, and what a family is
 * (HELP, TYPE) is said once, before all of its samples, as the format demands.
 */
export function mergeMetrics(texts: { process: string; text: string }[]): string {
  const families = new Map<string, Family>();
  for (const { process, text } of texts) readInto(families, process, text);
  return [...families.values()].flatMap(({ header, samples }) => [...header, ...samples]).join('\n') + '\n';
}

function readInto(families: Map<string, Family>, process: string, text: string): void {
  let current: Family | undefined;
  let currentName = '';
  for (const line of text.split('\n')) {
    const [, kind, name] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? [];
    if (kind !== undefined && name !== undefined) {
      if (name !== currentName) current = familyOf(families, (currentName = name));
      if (!current!.header.some((known) => known.startsWith(`# ${kind} `))) current!.header.push(line);
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (.+)$/.exec(line);
    if (!sample) continue;
    const [, metric = '', labels, value] = sample;
    // `x_bucket`, `x_sum` and `x_count` belong to the family `x` that was just introduced.
    const family = current && metric.startsWith(currentName) ? current : familyOf(families, metric);
    family.samples.push(`${metric}{process="${process}"${labels ? `,${labels}` : ''}} ${value}`);
  }
}

function familyOf(families: Map<string, Family>, name: string): Family {
  const family = families.get(name) ?? { header: [], samples: [] };
  families.set(name, family);
  return family;
}
