using System.Globalization;
using Vagus.Bench.Abuse;
using Vagus.Storage.Sql;

// What does a request that is made to cost cost everybody else, and how much memory?
if (args is not [("sqlite" or "postgres") and var engine, var seconds, var patients])
{
    Console.Error.WriteLine("usage: Vagus.Bench.Abuse sqlite|postgres <seconds of each> <patients>");
    return 1;
}

var lasting = TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture));
await using var clinic = await AbusedClinic.Start(
    engine == "postgres" ? Engine.Postgres : Engine.Sqlite, Math.Max(Siege.Worked, int.Parse(patients, CultureInfo.InvariantCulture)));
return await Siege.Run(clinic, lasting) ? 0 : 1;
