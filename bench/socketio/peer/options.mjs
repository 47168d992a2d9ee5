// The command line of the echo program: every value is milliseconds or bytes.
const defaults = {
  port: 3000,
  path: "/socket.io/",
  "ping-interval": 25000,
  "ping-timeout": 20000,
  "connect-timeout": 45000,
  "upgrade-timeout": 10000,
  "max-payload": 1000000,
  recovery: 0,
};

export function readOptions(argv) {
  const options = { ...defaults };
  for (let i = 0; i < argv.length; i++) {
    const [name, inline] = argv[i].replace(/^--/, "").split("=", 2);
    if (!(name in defaults)) throw new Error(`unknown option ${argv[i]}`);
    const next = argv[i + 1];
    if (inline !== undefined) options[name] = cast(name, inline);
    else if (next !== undefined && !next.startsWith("--")) options[name] = cast(name, argv[++i]);
    else if (name === "recovery") options.recovery = 120000;
    else throw new Error(`${argv[i]} needs a value`);
  }
  return options;
}

function cast(name, text) {
  if (name === "path") return text.endsWith("/") ? text : `${text}/`;
  if (name === "recovery" && text === "true") return 120000;
  if (name === "recovery" && text === "false") return 0;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} is not a whole number`);
  return number;
}
