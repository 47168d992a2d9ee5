using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vagus.Bench.FhirKernel;
using Vagus.Fhir.R4.Definitions;

// One thread over the entries of a folder of bundles. "--peer" adds the same stages by Firely's SDK, and the ratio of each.
if (args.Length is < 1 or > 2 || (args.Length == 2 && args[1] != "--peer"))
{
    Console.Error.WriteLine("usage: Vagus.Bench.FhirKernel <folder with transaction bundles> [--peer]");
    return 1;
}

var watch = Stopwatch.StartNew();
var before = Environment.CpuUsage.TotalTime;
_ = R4Definitions.IsResourceType("Patient");
Meter.Print("load the definitions", string.Create(
    CultureInfo.InvariantCulture,
    $"{watch.Elapsed.TotalMilliseconds:F1} ms, {(Environment.CpuUsage.TotalTime - before).TotalMilliseconds:F1} ms of CPU"));

var resources = Directory.EnumerateFiles(args[0], "*.json").SelectMany(Entries).ToList();
Meter.Print("resources", string.Create(
    CultureInfo.InvariantCulture, $"{resources.Count}, {resources.Average(resource => resource.Length):F0} bytes on average"));
var meter = new Meter(resources, TimeSpan.FromSeconds(3));
meter.Row("parse", VagusKernel.Parse);
meter.Row("parse, validate", VagusKernel.Validate);
meter.Row("parse, extract search values", VagusKernel.Extract);
meter.Row("parse, validate, write", resource => VagusKernel.Write(resource, rewrite: null));
meter.Row("parse, validate, write with links rewritten", resource =>
    VagusKernel.Write(resource, static (_, link) => link.StartsWith("urn:uuid:") ? "Patient/1" : null));
if (args.Length == 2) Compare();
return 0;

static IEnumerable<byte[]> Entries(string file)
{
    using var bundle = JsonDocument.Parse(File.ReadAllBytes(file));
    return [.. bundle.RootElement.GetProperty("entry").EnumerateArray()
        .Select(entry => JsonSerializer.SerializeToUtf8Bytes(entry.GetProperty("resource")))];
}

void Compare()
{
    var firely = new FirelyKernel();
    // A pass takes minutes with the whole folder: every thirtieth resource, for both sides, is enough for a ratio.
    var some = new Meter([.. resources.Where((_, index) => index % 30 == 0)], TimeSpan.FromSeconds(3));
    var ours = (Parse: some.Row("sample: parse", VagusKernel.Parse), Validate: some.Row("sample: parse, validate", VagusKernel.Validate),
        Extract: some.Row("sample: parse, extract", VagusKernel.Extract));
    var parsed = some.Row("Firely: parse", resource => FirelyKernel.Parse(resource));
    var strict = some.Row("Firely: parse strictly", resource => FirelyKernel.ParseStrictly(resource));
    var validated = some.Row("Firely: parse, validate", firely.Validate);
    var extracted = some.Row("Firely: parse, evaluate search expressions", resource => firely.Extract(resource));
    Meter.Ratio("parse", ours.Parse, parsed);
    Meter.Ratio("parse, validate beside parse strictly", ours.Validate, strict);
    Meter.Ratio("parse, validate", ours.Validate, validated);
    Meter.Ratio("parse, extract", ours.Extract, extracted);
}
