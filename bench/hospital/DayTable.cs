namespace Vagus.Bench.Hospital;

/// <summary>The loads of a run as a table that a guide can take over, and how far each figure is from that of the run before.</summary>
internal static class DayTable
{
    private static readonly (string Name, Func<Measured, double> Of)[] Compared =
    [
        ("events/s", each => each.Events), ("answer → frame p50", each => each.AnswerToFrame), ("request → frame p50", each => each.RequestToFrame),
        ("request → frame p99", each => each.RequestToFrame99), ("server cores", each => each.ServerCores), ("MB", each => each.Megabytes),
        ("ms of CPU for 1,000 events", each => each.CpuOfThousand),
    ];

    public static void Write(TextWriter output, IReadOnlyList<Measured> all, IReadOnlyList<Measured> before)
    {
        output.WriteLine();
        output.WriteLine("| | load | requests/s | events/s | shown/s | lost | refused | answer → frame p50 · p99 ms | request → frame p50 · p99 ms | server cores | MB | ms of CPU for 1,000 events | last request late, ms |");
        output.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var each in all)
        {
            output.WriteLine(FormattableString.Invariant(
                $"| {each.Kind} | {each.Load:0.##} × | {each.Requests:0} | {each.Events:0} | {each.Shown:0} | {each.Lost} | {each.Refused} | {each.AnswerToFrame:0.0} · {each.AnswerToFrame99:0.0} | {each.RequestToFrame:0.0} · {each.RequestToFrame99:0.0} | {each.ServerCores:0.00} | {each.Megabytes:0} | {each.CpuOfThousand:0} | {each.Behind:0} |"));
        }

        output.WriteLine();
        foreach (var each in all)
            output.WriteLine(FormattableString.Invariant($"{each.Kind} {each.Load:0.##} ×: {each.Bends() ?? "carried"}"));
        foreach (var each in all)
        {
            if (before.FirstOrDefault(each.IsLike) is { } other) Compare(output, each, other);
        }
    }

    private static void Compare(TextWriter output, Measured now, Measured before)
    {
        // From nothing there is no share.
        var words = Compared.Where(figure => figure.Of(before) > 0).Select(figure => FormattableString.Invariant(
            $"{figure.Name} {100 * (figure.Of(now) - figure.Of(before)) / figure.Of(before):+0;-0;0} %"));
        output.WriteLine(FormattableString.Invariant($"{now.Kind} {now.Load:0.##} × beside the run before: {string.Join(", ", words)}"));
    }
}
