import type { PageProps } from '@portico/kit/page';
import { Card, Facts, FormCard, PageHead, SelectField, Stack, TextField, useText } from '@portico/ui';
import { PluginSettings } from '../settings/plugin-settings.tsx';
import type { load } from './settings.server.ts';

/** The business's name and zone, and what each plugin lets it decide. */
export default function Settings({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const refused = refusal?.typed['pluginId'];
  return (
    <>
      <PageHead title={t('workspace.settings')} sub={t(data.canChange ? 'workspace.settings.about' : 'workspace.owner-only')} />
      <Stack>
        {data.canChange ? (
          <FormCard title={t('workspace.business')} submit={t('workspace.save')} refusal={refused ? undefined : refusal}>
            <TextField name="name" label={t('workspace.field.business-name')} defaultValue={data.business.name} maxLength={120} />
            <SelectField
              name="zone"
              label={t('workspace.field.zone')}
              hint={t('workspace.hint.zone')}
              options={zonesWith(data.zones, data.business.zone)}
              defaultValue={data.business.zone}
            />
          </FormCard>
        ) : (
          <Card title={t('workspace.business')}>
            <Facts
              facts={[
                { label: t('workspace.field.business-name'), value: data.business.name },
                { label: t('workspace.field.zone'), value: data.business.zone },
              ]}
            />
          </Card>
        )}
        {data.plugins.map((plugin) => (
          <PluginSettings key={plugin.id} plugin={plugin} canChange={data.canChange} refusal={refused === plugin.id ? refusal : undefined} />
        ))}
      </Stack>
    </>
  );
}

// The business's own zone may be an older name of one in the list.
const zonesWith = (zones: readonly string[], own: string) =>
  (zones.includes(own) ? zones : [own, ...zones]).map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }));
