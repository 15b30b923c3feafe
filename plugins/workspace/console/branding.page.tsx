import type { PageProps, Refusal } from '@portico/kit/page';
import { Card, ColourField, Facts, FileField, FormCard, PageHead, Split, SubmitButton, TextareaField, TextField, useText } from '@portico/ui';
import { Form } from '@portico/ui/navigation';
import { useState } from 'react';
import { BrandPreview } from '../branding/brand-preview.tsx';
import type { load } from './branding.server.ts';

type Data = PageProps<typeof load>['data'];

/** Logo, colour, contact and words of the business, with what becomes of the colour. */
export default function Branding({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const [colour, setColour] = useState(refusal?.typed['colour'] ?? data.colour);
  return (
    <>
      <PageHead title={t('workspace.branding')} sub={t('workspace.branding.about')} />
      <Split
        side={
          <>
            <BrandPreview colour={colour} saved={data.colour} businessName={data.businessName} />
            <LogoCard logoUrl={data.logoUrl} canChange={data.canChange} />
          </>
        }
      >
        {data.canChange ? <BrandingForm data={data} refusal={refusal} onColour={setColour} /> : <BrandingFacts data={data} />}
      </Split>
    </>
  );
}

function BrandingForm({
  data,
  refusal,
  onColour,
}: {
  readonly data: Data;
  readonly refusal: Refusal | undefined;
  readonly onColour: (colour: string) => void;
}) {
  const t = useText();
  return (
    <FormCard title={t('workspace.branding.look')} submit={t('workspace.save')} refusal={refusal} encType="multipart/form-data">
      <input type="hidden" name="intent" value="save" />
      <ColourField name="colour" label={t('workspace.field.colour')} hint={t('workspace.hint.colour')} defaultValue={data.colour} onColour={onColour} />
      <FileField name="logo" label={t('workspace.field.logo')} hint={t('workspace.hint.logo')} accept="image/png,image/jpeg,image/webp" optional />
      <TextField
        name="contactLine"
        label={t('workspace.field.contact-line')}
        hint={t('workspace.hint.contact-line')}
        defaultValue={data.contactLine}
        maxLength={200}
        optional
      />
      <TextField name="contactEmail" type="email" label={t('workspace.field.contact-email')} defaultValue={data.contactEmail} maxLength={254} optional />
      <TextField name="contactPhone" type="tel" label={t('workspace.field.contact-phone')} defaultValue={data.contactPhone} maxLength={40} optional />
      <TextareaField
        name="words"
        label={t('workspace.field.words')}
        hint={t('workspace.hint.words')}
        defaultValue={data.words}
        rows={6}
        spellCheck={false}
        optional
      />
    </FormCard>
  );
}

function BrandingFacts({ data }: { readonly data: Data }) {
  const t = useText();
  const facts = [
    { label: t('workspace.field.colour'), value: data.colour },
    { label: t('workspace.field.contact-line'), value: data.contactLine },
    { label: t('workspace.field.contact-email'), value: data.contactEmail },
    { label: t('workspace.field.contact-phone'), value: data.contactPhone },
  ];
  return (
    <Card title={t('workspace.branding.look')} about={t('workspace.owner-only')}>
      <Facts facts={facts} />
    </Card>
  );
}

function LogoCard({ logoUrl, canChange }: { readonly logoUrl: string | null; readonly canChange: boolean }) {
  const t = useText();
  if (!logoUrl) return null;
  return (
    <Card title={t('workspace.logo.now')}>
      <img src={logoUrl} alt={t('workspace.logo.alt')} width={96} height={96} className="object-contain" />
      {canChange && (
        <Form method="post">
          <input type="hidden" name="intent" value="no-logo" />
          <SubmitButton look="bare" small>
            {t('workspace.logo.remove')}
          </SubmitButton>
        </Form>
      )}
    </Card>
  );
}
