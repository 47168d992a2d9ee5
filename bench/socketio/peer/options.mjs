// The command line of the echo program: every value is milliseconds or bytes.
const defaults = {
  port: 3000,
  path: "/socket.io/",
  "ping-interval": 25000,
  "ping-timeout": 20000,
  "connect-timeout": 45000,
  "upgrade-timeout": 10000,
  "max-payload": 1000000,
  recovery: false,
};

export function readOptions(argv) {
  const options = { ...defaults };
  for (let i = 0; i < argv.length; i++) {
    const name = argv[i].replace(/^--/, "");
    if (!(name in defaults)) throw new Error(`unknown option ${argv[i]}`);
    if (name === "recovery") options.recovery = true;
    else if (argv[i + 1] === undefined) throw new Error(`${argv[i]} needs a value`);
    else options[name] = cast(name, argv[++i]);
  }
  return options;
}

function cast(name, text) {
  if (name === "path") return text.endsWith("/") ? text : `${text}/`;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} is not a whole number`);
  return number;
}
