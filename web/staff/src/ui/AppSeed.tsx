import { QRCodeSVG } from 'qrcode.react';
import classes from './Factor.module.css';

const sizePx = 184;

/** The seed of an authenticator app: to be scanned by a phone, or typed. On white in both schemes: cameras read dark on light. */
export function AppSeed({ secret, uri }: { readonly secret: string; readonly uri: string }) {
  return (
    <>
      <p>Scan this with an authenticator app on your phone.</p>
      <div className={classes.code}>
        <QRCodeSVG value={uri} size={sizePx} marginSize={2} level="M" title="Code to be scanned by an authenticator app" />
      </div>
      <p>
        Or type this key into the app: <code className={classes.key}>{secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
      </p>
    </>
  );
}
