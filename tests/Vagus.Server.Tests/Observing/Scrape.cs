using System.Globalization;
using System.Text.RegularExpressions;

namespace Vagus.Server.Tests.Observing;

/// <summary>What /metrics told at one moment.</summary>
internal sealed partial record Scrape(string Text)
{
    public static async Task<Scrape> Of(TestServer server, Uri management) =>
        new(await server.Http.GetStringAsync(new Uri(management, "/metrics")));

    /// <summary>The sum of a metric's samples; of a histogram, the count. Null where there is no sample.</summary>
    public double? Of(string metric)
    {
        var samples = Samples(metric).ToList();
        return samples.Count == 0 ? null : samples.Sum();
    }

    private IEnumerable<double> Samples(string metric) =>
        from Match line in Sample().Matches(Text)
        let name = line.Groups["name"].Value
        where name == metric || name == metric + "_count"
        select double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(?<name>[a-z_0-9]+)(\{[^}]*\})? (?<value>[-+.0-9eE]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Sample();
}
