using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;

// One thread over every entry of a folder of bundles, for a few seconds a row. Figures are per second of CPU (collections included), so
// that a busy machine changes them little. The first row is the one-time cost at start.
if (args.Length != 1)
{
    Console.Error.WriteLine("usage: Vagus.Bench.FhirKernel <folder with transaction bundles>");
    return 1;
}

var watch = Stopwatch.StartNew();
var before = Environment.CpuUsage.TotalTime;
_ = R4Definitions.IsResourceType("Patient");
Print(
    "load the definitions",
    $"{watch.Elapsed.TotalMilliseconds:F1} ms, {(Environment.CpuUsage.TotalTime - before).TotalMilliseconds:F1} ms of CPU");

var resources = Directory.EnumerateFiles(args[0], "*.json").SelectMany(Entries).ToList();
Print("resources", $"{resources.Count}, {resources.Average(resource => resource.Length):F0} bytes on average");
Row("parse", resource => resource.Dispose());
Row("parse, validate", resource => Validate(resource));
Row("parse, validate, write", resource => Write(resource, rewrite: null));
Row("parse, validate, write with links rewritten",
    resource => Write(resource, static (_, link) => link.StartsWith("urn:uuid:") ? "Patient/1" : null));
return 0;

static IEnumerable<byte[]> Entries(string file)
{
    using var bundle = JsonDocument.Parse(File.ReadAllBytes(file));
    return [.. bundle.RootElement.GetProperty("entry").EnumerateArray()
        .Select(entry => JsonSerializer.SerializeToUtf8Bytes(entry.GetProperty("resource")))];
}

void Row(string name, Action<JsonDocument> step)
{
    Pass(step);
    var allocated = GC.GetAllocatedBytesForCurrentThread();
    var start = Environment.CpuUsage.TotalTime;
    long count = 0;
    while (Environment.CpuUsage.TotalTime - start < TimeSpan.FromSeconds(3))
    {
        Pass(step);
        count += resources.Count;
    }

    var bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / count;
    Print(
        name, $"{count / (Environment.CpuUsage.TotalTime - start).TotalSeconds:F0} resources per CPU-second, {bytes} bytes allocated each");
}

void Pass(Action<JsonDocument> step)
{
    foreach (var resource in resources)
    {
        step(FhirJson.ParseResource(resource).Value);
    }
}

static void Validate(JsonDocument document)
{
    if (ResourceValidator.Validate(document.RootElement, OwnBases.None).Count > 0)
    {
        throw new InvalidDataException("A resource is invalid");
    }

    document.Dispose();
}

static void Write(JsonDocument document, LinkRewrite? rewrite)
{
    _ = StoredBody.Write(document.RootElement, "1", 1, DateTimeOffset.UnixEpoch, rewrite);
    Validate(document);
}

static void Print(string name, string figure) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-45} {figure}"));
