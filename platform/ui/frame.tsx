import { Form, useLocation, useNavigation } from '@remix-run/react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useClosingPops, useFrameKeys } from './client.ts';
import { KeyboardSheet } from './keyboard-sheet.tsx';
import { Icon } from './icon.tsx';
import { Anchor } from './link.tsx';
import { Menu, MenuButton, MenuLink } from './menu.tsx';
import type { Theme } from './server.ts';
import { useFormat, useText } from './text.tsx';
import { Avatar } from './values.tsx';

/** The business whose portal this is. */
export interface Business {
  readonly name: string;
  /** Where its mark leads: the first page. */
  readonly home: string;
  /** Addresses of its logo; without one the first letter on its colour stands for it. */
  readonly logo?: { readonly light: string; readonly dark?: string };
  /** Lines at the foot of the side bar: address, telephone. */
  readonly lines?: readonly string[];
}

/** One entry of the navigation. */
export interface NavItem {
  readonly label: string;
  readonly href: string;
  /** An icon's name; unknown ones show a dot. */
  readonly icon?: string;
  /** Default: found from the address; the longest entry that begins it. */
  readonly current?: boolean;
  /** How many things wait there. Zero is not shown. */
  readonly count?: number;
  readonly children?: readonly NavItem[];
}

export interface FrameProps {
  readonly business: Business;
  /** In the top bar: the customer's account in the portal, "Console" in the console. */
  readonly area: string;
  readonly nav: readonly NavItem[];
  readonly person: { readonly name: string; readonly detail?: string };
  /** Address of the contact page or a `mailto:`; the link stands top right on every page (WCAG 3.2.6). */
  readonly contact?: string;
  readonly theme: Theme;
  /** Address of the person's settings. Absent: no entry. */
  readonly settings?: string;
  /** Further entries of the avatar's menu: the way to the console or back. */
  readonly menu?: readonly { readonly label: string; readonly href: string; readonly icon?: string }[];
  /** Where the forms post to. Default `/sign-out` and `/theme` (fields `theme`, `back`). */
  readonly signOut?: string;
  readonly themeAction?: string;
  /** Further controls in the top bar, before the contact link. */
  readonly tools?: ReactNode;
  /** Letters of the page's rows are explained in the `?` sheet. */
  readonly hasRowKeys?: boolean;
  readonly children: ReactNode;
}

/** The frame of portal and console: side bar, top bar, phone menu, skip link, landmarks. The page brings its `PageHead`. */
export function Frame(props: FrameProps) {
  const { business, area, nav, person, contact, children } = props;
  const t = useText();
  const { pathname, key } = useLocation();
  const frame = useRef<HTMLDivElement>(null);
  useTitleFocus(pathname);
  useClosingPops(frame, key);
  useFrameKeys();
  const items = withCurrent(nav, pathname);
  return (
    <div className="ui-frame" ref={frame}>
      <a className="ui-skip" href="#main">
        {t('ui.skip')}
      </a>
      <div className="ui-side">
        <div className="ui-side-inner">
          <nav aria-label={t('ui.nav')}>
            <BusinessMark business={business} />
            <NavList items={items} />
          </nav>
          <BusinessLines business={business} />
        </div>
      </div>
      <div className="ui-page">
        <header className="ui-top">
          <Underway />
          <details className="ui-burger ui-pop">
            <summary aria-label={t('ui.menu')}>
              <Icon name="menu" size={20} />
            </summary>
            <div className="ui-drawer">
              <nav aria-label={t('ui.nav')}>
                <NavList items={items} />
              </nav>
              <p className="ui-quiet">{area}</p>
            </div>
          </details>
          <BusinessMark business={business} />
          <span className="ui-area">{area}</span>
          <div className="ui-top-end">
            {props.tools}
            {contact && <Anchor href={contact}>{t('ui.contact')}</Anchor>}
            <PersonMenu {...props} person={person} />
          </div>
        </header>
        <main id="main" tabIndex={-1}>
          {children}
        </main>
        <BusinessLines business={business} />
      </div>
      <KeyboardSheet hasRowKeys={props.hasRowKeys} />
    </div>
  );
}

/** The next page is on its way: a thin bar, once a person would begin to wonder (300 ms). The page before stays, and stays usable. */
function Underway() {
  const t = useText();
  if (useNavigation().state === 'idle') return null;
  return <div className="ui-underway" role="progressbar" aria-label={t('ui.loading')} />;
}

/** Logo or first letter, and the name, leading home. */
const BusinessMark = ({ business }: { readonly business: Business }) => (
  <Anchor className="ui-mark" href={business.home}>
    <BusinessBadge business={business} />
    <span>{business.name}</span>
  </Anchor>
);

/** The logo in its light and dark kind, else the first letter on the brand's colour. */
export function BusinessBadge({ business }: { readonly business: Pick<Business, 'name' | 'logo'> }) {
  const { logo, name } = business;
  if (!logo)
    return (
      <span className="ui-badge" aria-hidden="true">
        {[...name.trim()][0]?.toLocaleUpperCase()}
      </span>
    );
  return (
    <>
      <img className={logo.dark ? 'ui-logo ui-only-light' : 'ui-logo ui-logo-plate'} src={logo.light} alt="" height="32" />
      {logo.dark && <img className="ui-logo ui-only-dark" src={logo.dark} alt="" height="32" />}
    </>
  );
}

/** Address and telephone; a business that gave neither is named, so that every page has its foot. */
const BusinessLines = ({ business: { lines = [], name } }: { readonly business: Business }) => (
  <footer className="ui-lines">
    {(lines.length > 0 ? lines : [name]).map((line) => (
      <div key={line}>{line}</div>
    ))}
  </footer>
);

function NavList({ items }: { readonly items: readonly NavItem[] }) {
  return (
    <ul className="ui-nav">
      {items.map((item) => (
        <li key={item.href}>
          <NavEntry item={item} />
          {item.children && item.children.length > 0 && (
            <ul>
              {item.children.map((child) => (
                <li key={child.href}>
                  <NavEntry item={child} />
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}

function NavEntry({ item }: { readonly item: NavItem }) {
  const format = useFormat();
  return (
    <Anchor href={item.href} aria-current={item.current ? 'page' : undefined}>
      {item.icon && <Icon name={item.icon} />}
      <span>{item.label}</span>
      {item.count ? <b className="ui-count">{format.number(item.count)}</b> : null}
    </Anchor>
  );
}

function PersonMenu({ person, theme, settings, menu = [], signOut = '/sign-out', themeAction = '/theme' }: FrameProps) {
  const t = useText();
  const { pathname, search } = useLocation();
  return (
    <Menu label={t('ui.account-menu')} button={<Avatar name={person.name} />}>
      <div className="ui-menu-person">
        <b>{person.name}</b>
        {person.detail && <small>{person.detail}</small>}
      </div>
      {menu.map((entry) => (
        <MenuLink key={entry.href} href={entry.href} icon={entry.icon as 'dot'}>
          {entry.label}
        </MenuLink>
      ))}
      {settings && (
        <MenuLink href={settings} icon="settings">
          {t('ui.settings')}
        </MenuLink>
      )}
      <Form method="post" action={themeAction} reloadDocument className="ui-theme" aria-label={t('ui.theme')}>
        <input type="hidden" name="back" value={pathname + search} />
        {(['light', 'dark', 'auto'] as const).map((choice) => (
          <MenuButton key={choice} name="theme" value={choice} pressed={choice === theme}>
            {t(`ui.theme.${choice}`)}
          </MenuButton>
        ))}
      </Form>
      <Form method="post" action={signOut} reloadDocument>
        <MenuButton icon="out">{t('ui.sign-out')}</MenuButton>
      </Form>
    </Menu>
  );
}

/** Marks the entry whose address is the longest beginning of this page's, unless the data says which one is current. */
export function withCurrent(nav: readonly NavItem[], pathname: string): readonly NavItem[] {
  const all = nav.flatMap((item) => [item, ...(item.children ?? [])]);
  if (all.some((item) => item.current !== undefined)) return nav;
  const begins = (href: string) => href === pathname || (href !== '/' && pathname.startsWith(`${href.replace(/\/$/, '')}/`));
  const best = all.filter((item) => begins(item.href)).sort((a, b) => b.href.length - a.href.length)[0];
  const mark = (item: NavItem): NavItem => ({ ...item, current: item.href === best?.href, children: item.children?.map(mark) });
  return nav.map(mark);
}

/** A page reached by a link: its title takes the focus, so that keyboard and screen reader begin there. */
function useTitleFocus(pathname: string): void {
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    document.getElementById('page-title')?.focus({ preventScroll: true });
  }, [pathname]);
}
