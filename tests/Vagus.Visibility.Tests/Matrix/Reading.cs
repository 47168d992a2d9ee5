using Vagus.Kernel;

namespace Vagus.Visibility.Tests.Matrix;

/// <summary>What one caller may read at one moment, asked at the FHIR doors: the oracle of the matrix.</summary>
internal sealed class Reading
{
    private readonly Dictionary<string, int> read = new(StringComparer.Ordinal);

    public int Cells { get; private set; }

    /// <summary>All records and versions by read, vread and search in one batch, which must agree with each other.</summary>
    public static async Task<Reading> Of(Person person, IReadOnlyDictionary<string, int> versions)
    {
        var reading = new Reading();
        foreach (var some in versions.Chunk(60))
        {
            var urls = some.SelectMany(
                each => Enumerable.Range(1, each.Value).Select(version => $"{each.Key}/_history/{version}").Prepend(each.Key)).ToList();
            var answers = await person.ReadAll(urls);
            for (var index = 0; index < urls.Count; index++) reading.read[urls[index]] = answers[index].Status;
            var found = await person.ReadAll(some.Select(each => each.Key.Replace("/", "?_total=accurate&_id=", StringComparison.Ordinal)));
            for (var index = 0; index < some.Length; index++)
            {
                var status = reading.read[some[index].Key];
                var total = found[index].Status == 200 ? found[index].Resource.GetProperty("total").GetInt32() : -1;
                Assert.True(
                    status switch { 200 => total == 1, 403 => found[index].Status == 403, _ => total == 0 },
                    $"{person} finds {some[index].Key}: {total}, reads {status}");
            }

            reading.Cells += urls.Count + some.Length;
        }

        return reading;
    }

    public bool Shows(string url) => read.TryGetValue(url, out var status) && status == 200;

    /// <summary>
    /// Where the role does not read the type at all, an event may still tell it of one: a laboratory gets a value with the name of who
    /// ordered it. Then labels decide, as for an administrator with the same permission. Patients and drivers have no such events.
    /// </summary>
    public bool MayKnow(Person person, string url, Reading twin) =>
        Shows(url) || (person.Role is not (Role.Patient or Role.Driver) && read.GetValueOrDefault(url) == 403 && twin.Shows(url));

    /// <summary>Read and history by themselves agree with the batch.</summary>
    public async Task AgreesWith(Person person, IEnumerable<(string Reference, int Versions)> records)
    {
        foreach (var (reference, versions) in records)
        {
            Assert.Equal(read[reference], (await person.Get(reference)).Status);
            var (status, history) = await person.Get($"{reference}/_history");
            var shown = Enumerable.Range(1, versions).Count(version => Shows($"{reference}/_history/{version}"));
            Assert.Equal(
                (person.ToString(), reference, shown),
                (person.ToString(), reference, status == 200 ? history.GetProperty("entry").GetArrayLength() : 0));
            Cells += 2;
        }
    }
}
