import type { PageProps } from '@portico/kit/page';
import { Anchor, PageHead, useText } from '@portico/ui';
import { Script } from './script.tsx';
import type { load } from './usual.server.ts';

export default function Usual({ data }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('probe.usual')} />
      <Script origin={data.scriptOrigin} />
      <Anchor href="/probe/own?from=page">{t('probe.own')}</Anchor>
    </>
  );
}
