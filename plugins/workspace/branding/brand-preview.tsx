import { brandColours, brandDeclarations, Card, changeText, NotAColour, Notice, useText, type BrandColours, type BrandTheme } from '@portico/ui';
import type { CSSProperties } from 'react';

/** The colours made from what is typed; the saved ones while it is no colour yet. */
function coloursOf(typed: string, saved: string): BrandColours {
  try {
    return brandColours(typed);
  } catch (error) {
    if (error instanceof NotAColour) return brandColours(saved);
    throw error;
  }
}

/** Given and used colour, what was repaired and why, and a button with a link in light and in dark. */
export function BrandPreview({ colour, saved, businessName }: { readonly colour: string; readonly saved: string; readonly businessName: string }) {
  const t = useText();
  const colours = coloursOf(colour, saved);
  return (
    <Card title={t('workspace.preview')} about={t('workspace.preview.about')}>
      <div className="ui-stack">
        <Sample theme="light" colours={colours} businessName={businessName} />
        <Sample theme="dark" colours={colours} businessName={businessName} />
        {colours.changes.length === 0 ? (
          <Notice tone="good">{t('workspace.preview.as-given')}</Notice>
        ) : (
          <ul>
            {colours.changes.map((change) => {
              const { key, values } = changeText(change);
              return (
                <li key={`${change.theme} ${change.token}`}>
                  {t(`workspace.preview.${change.theme}.${change.token}`)}: {t(key, values)}
                </li>
              );
            })}
          </ul>
        )}
      </div>
    </Card>
  );
}

// Every token is written as light-dark(): the sample's own colour scheme chooses, whatever the page's is.
const sampleStyle = (theme: BrandTheme, colours: BrandColours): CSSProperties => ({
  ...Object.fromEntries(
    brandDeclarations(colours)
      .split(';')
      .map((one) => one.split(/:(.*)/s).slice(0, 2)),
  ),
  colorScheme: theme,
  background: 'var(--surface)',
  color: 'var(--ink)',
  padding: 16,
  borderRadius: 12,
});

function Sample({ theme, colours, businessName }: { readonly theme: BrandTheme; readonly colours: BrandColours; readonly businessName: string }) {
  const t = useText();
  const shades = colours[theme];
  return (
    <div style={sampleStyle(theme, colours)} role="group" aria-label={t(`workspace.preview.${theme}`)}>
      <p>
        <b>{businessName}</b>
      </p>
      <div className="ui-row">
        <span className="ui-button ui-button-main">{t('workspace.preview.button')}</span>
        <span style={{ color: shades.brandLink, textDecoration: 'underline' }}>{t('workspace.preview.link')}</span>
      </div>
      <p>
        <small>{t('workspace.preview.used', { given: colours.given, fill: shades.brand, link: shades.brandLink })}</small>
      </p>
    </div>
  );
}
