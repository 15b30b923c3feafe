import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';
import { Anchor } from './link.tsx';

export interface MenuProps {
  /** Accessible name of the button; also its text unless `button` is given. */
  readonly label: string;
  /** What the button shows instead of the label: an avatar. */
  readonly button?: ReactNode;
  readonly children: ReactNode;
}

/** A button that unfolds a short list of links and forms. Native disclosure: works without script; Esc closes with it. */
export const Menu = ({ label, button, children }: MenuProps) => (
  <details className="ui-menu ui-pop">
    <summary className={button ? 'ui-menu-bare' : 'ui-button ui-button-plain'} aria-label={button ? label : undefined}>
      {button ?? (
        <>
          {label}
          <Icon name="down" size={15} />
        </>
      )}
    </summary>
    <div className="ui-pop-panel ui-menu-panel">{children}</div>
  </details>
);

/** One entry of a menu that leads somewhere. */
export const MenuLink = ({
  href,
  icon,
  reload,
  children,
}: {
  readonly href: string;
  readonly icon?: IconName;
  readonly reload?: boolean;
  readonly children: ReactNode;
}) => (
  <Anchor href={href} reload={reload} className="ui-menu-item">
    {icon && <Icon name={icon} />}
    {children}
  </Anchor>
);

/** One entry of a menu that sends the form around it. */
export const MenuButton = ({
  icon,
  name,
  value,
  children,
  pressed,
}: {
  readonly icon?: IconName;
  readonly name?: string;
  readonly value?: string;
  readonly children: ReactNode;
  readonly pressed?: boolean;
}) => (
  <button type="submit" className="ui-menu-item" name={name} value={value} aria-pressed={pressed}>
    {icon && <Icon name={icon} />}
    {children}
  </button>
);
