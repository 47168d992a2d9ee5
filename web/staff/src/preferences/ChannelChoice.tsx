import { Switch } from '@mantine/core';
import { withChannel, type Channel, type Kind, type Preferences } from './preferences';
import classes from './Preferences.module.css';

const channels: readonly (readonly [Channel, string])[] = [
  ['email', 'Mail'],
  ['sms', 'Text message'],
  ['push', 'Web Push'],
];
const kinds: readonly (readonly [Kind, string, string])[] = [
  ['message', 'Messages', 'a message that you have not read for two minutes'],
  ['notification', 'Notifications', 'a result or task that was not on your screen for two minutes'],
];

interface ChannelChoiceProps {
  chosen: Preferences;
  onChange: (chosen: Preferences) => void;
}

/** Which ways are on at all, and which of them each kind of thing takes. */
export function ChannelChoice({ chosen, onChange }: ChannelChoiceProps) {
  return (
    <>
      <fieldset className={classes.choice}>
        <legend>Ways that are on</legend>
        {channels.map(([channel, text]) => (
          <Switch
            key={channel}
            label={text}
            checked={chosen[channel].enabled}
            onChange={({ currentTarget: { checked } }) => onChange({ ...chosen, [channel]: { ...chosen[channel], enabled: checked } })}
          />
        ))}
      </fieldset>
      {kinds.map(([kind, title, what]) => (
        <fieldset key={kind} className={classes.choice}>
          <legend>
            {title}: {what}
          </legend>
          {channels.map(([channel, text]) => (
            <Switch
              key={channel}
              label={chosen[channel].enabled ? text : `${text} (is off)`}
              disabled={!chosen[channel].enabled}
              checked={chosen.kinds[kind].includes(channel)}
              onChange={({ currentTarget: { checked } }) => onChange(withChannel(chosen, kind, channel, checked))}
            />
          ))}
        </fieldset>
      ))}
    </>
  );
}
