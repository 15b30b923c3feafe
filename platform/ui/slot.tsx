import { Component, type ComponentType, createContext, type ReactNode, Suspense, useContext } from 'react';
import type { FormRefusal } from './form.tsx';
import { Icon } from './icon.tsx';
import { PartProvider } from './part-field.tsx';
import { useText } from './text.tsx';

type PartView = ComponentType<any>;

/** A part of another plugin's in a slot, as the host loaded it. */
export interface SlotFill {
  readonly plugin: string;
  /** The slot entry's `view`. */
  readonly view: string;
  /** Heading, already translated. */
  readonly title: string;
  readonly View: PartView;
  /** Its data; `ok: false` when loading failed or took too long: the part is then a calm notice. */
  readonly data: { readonly ok: true; readonly value: unknown } | { readonly ok: false };
}

/** A part as the server's `ctx.slot` answers it. */
export interface LoadedPart {
  readonly pluginId: string;
  readonly area: 'portal' | 'console';
  readonly view: string;
  /** Key of its heading. */
  readonly title: string;
  readonly data: SlotFill['data'];
}

/** What the host gives once, around every page: the views of all parts by `<plugin id>/<area>/<view>`, and a refused form of one of them. */
export interface SlotViews {
  readonly views: Readonly<Record<string, PartView>>;
  readonly refused?: { readonly part: string; readonly refusal: FormRefusal };
}

const SlotViewsContext = createContext<SlotViews>({ views: {} });
/** Gives `useSlotFills` the views of parts. */
export const SlotViewsProvider = SlotViewsContext.Provider;

const NoView: ComponentType = () => <PartNotAvailable />;

/** The parts that a page's loader got from `ctx.slot`, ready for `Slot`: `<Slot fills={useSlotFills(data.tabs)} props={{ leadId }} />`. */
export function useSlotFills(parts: readonly LoadedPart[]): readonly SlotFill[] {
  const t = useText();
  const { views } = useContext(SlotViewsContext);
  return parts.map(({ pluginId, area, view, title, data }) => ({
    plugin: pluginId,
    view,
    title: t(title),
    data,
    View: views[`${pluginId}/${area}/${view}`] ?? NoView,
  }));
}

interface PluginWallProps {
  readonly plugin: string;
  /** Which part of it: a page's or slot's `view`. */
  readonly part?: string;
  /** What stands in its place when it fails; default a calm notice. */
  readonly instead?: ReactNode;
  readonly children: ReactNode;
}

/** Tells the host which part failed, so that it is counted. Best effort: a lost report must not fail anything more. */
function reportFailure(plugin: string, part: string | undefined, message: string): void {
  const report = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ plugin, part, message }), keepalive: true };
  fetch('/portico/part-failures', report).catch(() => undefined);
}

/** Keeps what a plugin throws while it renders to itself. */
class Boundary extends Component<PluginWallProps, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override componentDidCatch(error: Error) {
    reportFailure(this.props.plugin, this.props.part, error.message);
  }
  override render() {
    return this.state.failed ? (this.props.instead ?? <PartNotAvailable />) : this.props.children;
  }
}

/** A plugin's part behind a wall. On the server React drops a failing child only at a Suspense edge, so there is one. */
export const PluginWall = (props: PluginWallProps) => (
  <Boundary {...props}>
    <Suspense fallback={props.instead ?? <PartNotAvailable />}>{props.children}</Suspense>
  </Boundary>
);

/** What stands in the place of a part that failed. */
export const PartNotAvailable = () => (
  <p role="status" className="ui-part-gone">
    <Icon name="info" size={16} />
    {useText()('ui.part-not-available')}
  </p>
);

export interface SlotProps {
  readonly fills: readonly SlotFill[];
  /** What the slot hands to each part, beside its own `data`. */
  readonly props: object;
  /** Draws the frame around each part: a card, a tab's panel. Default: nothing around it. */
  readonly frame?: (fill: SlotFill, part: ReactNode) => ReactNode;
}

/** Shows the parts that plugins put into a slot, each behind its own wall. Nothing at all when nobody fills it. */
export function Slot({ fills, props, frame = (_, part) => part }: SlotProps) {
  const { refused } = useContext(SlotViewsContext);
  return (
    <>
      {fills.map((fill) => {
        const { plugin, view, View, data } = fill;
        const part = data.ok ? (
          <PluginWall plugin={plugin} part={view}>
            <PartProvider value={`${plugin}/${view}`}>
              <View {...props} data={data.value} refusal={refused?.part === `${plugin}/${view}` ? refused.refusal : undefined} />
            </PartProvider>
          </PluginWall>
        ) : (
          <PartNotAvailable />
        );
        return <Part key={`${plugin}.${view}`}>{frame(fill, part)}</Part>;
      })}
    </>
  );
}

const Part = ({ children }: { readonly children: ReactNode }) => <>{children}</>;
