using System.Globalization;
using Vagus.Bench.SignIn;

// Does the time of an answer tell whether an address is known, and does a flood of sign-ins slow down everything else?
var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 0;
switch (args)
{
    case ["timing", _, var trials]:
    {
        await using var clinic = await BenchClinic.Start(rounds);
        await Timing.Run(clinic, int.Parse(trials, CultureInfo.InvariantCulture));
        return 0;
    }

    case ["flood", _, var seconds]:
    {
        await using var clinic = await BenchClinic.Start(rounds);
        await Flood.Run(clinic, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
        return 0;
    }

    default:
        Console.Error.WriteLine("usage: Vagus.Bench.SignIn timing <hash rounds> <trials> | flood <hash rounds> <seconds>");
        return 1;
}
