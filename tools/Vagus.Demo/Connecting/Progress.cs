using System.Globalization;

namespace Vagus.Demo.Connecting;

/// <summary>Counts what is done and says so, a line at a time. Several tenants report to the same one.</summary>
internal sealed class Progress(TextWriter output, TimeProvider clock)
{
    private static readonly TimeSpan BetweenStatusLines = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly long began = clock.GetTimestamp();
    private long lastStatus = clock.GetTimestamp();

    public int Requests { get; private set; }

    public int Resources { get; private set; }

    public int Skipped { get; private set; }

    public int Refused { get; private set; }

    public void Written(int resources)
    {
        lock (gate)
        {
            Requests++;
            Resources += resources;
        }
    }

    public void AlreadyThere()
    {
        lock (gate) Skipped++;
    }

    public void Refusal(string what, string reason)
    {
        lock (gate)
        {
            Refused++;
            output.WriteLine($"REFUSED {what}: {reason}");
        }
    }

    public void Say(string line)
    {
        lock (gate) output.WriteLine(line);
    }

    /// <summary>A status line, at most one a second.</summary>
    public void Status(string where)
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(lastStatus) < BetweenStatusLines) return;
            lastStatus = clock.GetTimestamp();
            output.WriteLine($"{where}: {Figures()}");
        }
    }

    public void Summary(string what)
    {
        lock (gate) output.WriteLine($"{what}: {Figures()}");
    }

    private string Figures()
    {
        var seconds = Math.Max(clock.GetElapsedTime(began).TotalSeconds, 0.001);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Resources} resources in {Requests} requests, {Resources / seconds:0}/s, {Skipped} already there, {Refused} refused, {seconds:0.0} s");
    }
}
