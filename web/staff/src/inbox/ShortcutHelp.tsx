import { Switch } from '@mantine/core';
import { Dialog } from '../ui/Dialog';
import classes from './InboxPage.module.css';
import { setSingleKeys, shortcuts, useSingleKeys } from './shortcuts';

export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const on = useSingleKeys();
  return (
    <Dialog title="Keyboard shortcuts" opened={opened} onClose={onClose}>
      <Switch
        label="Single-letter shortcuts"
        checked={on}
        data-autofocus
        onChange={(event) => setSingleKeys(event.currentTarget.checked)}
      />
      <dl className={classes.keys}>
        {shortcuts.map(({ keys, text }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
