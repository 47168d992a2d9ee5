import { Menu, UnstyledButton, useMantineColorScheme, VisuallyHidden, type MantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconAdjustments, IconChevronDown, IconDeviceDesktop, IconLogout, IconMoon, IconShieldLock, IconSun } from '@tabler/icons-react';
import { push, session } from '../data/session/session';
import { useOutbox } from '../data/session/useOutbox';
import { useSignedInUser } from '../data/session/useSession';
import { roleText } from '../data/session/roleWords';
import classes from './UserMenu.module.css';

const schemes = [
  { value: 'light', text: 'Light', Icon: IconSun },
  { value: 'dark', text: 'Dark', Icon: IconMoon },
  { value: 'auto', text: 'As on this device', Icon: IconDeviceDesktop },
] as const;

export function UserMenu() {
  const user = useSignedInUser();
  const { entries } = useOutbox();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  if (!user) return null;
  return (
    <Menu position="bottom-end" width={220} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={classes.trigger}>
          <VisuallyHidden>Account: </VisuallyHidden>
          <span className={classes.initials} aria-hidden="true">
            {initials(user.displayName)}
          </span>
          <span className={classes.name}>{user.displayName}</span>
          <IconChevronDown size={16} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.displayName} · {roleText(user.role)}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/preferences" leftSection={<IconAdjustments size={16} aria-hidden="true" />}>
          Preferences
        </Menu.Item>
        <Menu.Item component={Link} to="/preferences/second-step" leftSection={<IconShieldLock size={16} aria-hidden="true" />}>
          Second step of sign-in
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {schemes.map(({ value, text, Icon }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Icon size={16} aria-hidden="true" />}>
              {text}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        {entries.length > 0 && (
          <Menu.Label>
            {entries.length === 1 ? '1 message stays here' : `${entries.length} messages stay here`}, locked, until you sign in again
          </Menu.Label>
        )}
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden="true" />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

async function signOut(): Promise<void> {
  // What is told to one person is not shown to the next.
  await push.switchOff().catch(() => undefined);
  // Signed out here at once; when the server cannot be told, its session runs out by itself.
  await session.signOut().catch(() => undefined);
}

function initials(name: string): string {
  const parts = name.split(/\s+/).filter((part) => !part.endsWith('.'));
  return ((parts[0]?.[0] ?? '') + (parts.length > 1 ? (parts.at(-1)?.[0] ?? '') : '')).toUpperCase();
}
