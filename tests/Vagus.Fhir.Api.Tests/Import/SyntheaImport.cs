using System.Text;
using System.Text.Json;

namespace Vagus.Fhir.Api.Tests.Import;

/// <summary>The synthetic patients, posted as they are, and what the server made of each resource.</summary>
internal sealed class SyntheaImport
{
    /// <summary>
    /// The resources as they were sent, by the reference that the server gave them, each with what the fullUrls of its bundle became.
    /// </summary>
    public Dictionary<string, (JsonElement Resource, Dictionary<string, string> Targets)> Sent { get; } = new(StringComparer.Ordinal);

    /// <summary>The references in the order of the bundles' entries.</summary>
    public List<string> InOrder { get; } = [];

    public static async Task<SyntheaImport> Into(Person person, IEnumerable<string> files)
    {
        var import = new SyntheaImport();
        foreach (var file in files) await import.Post(person, await File.ReadAllBytesAsync(file));
        return import;
    }

    /// <summary>
    /// Whether what is served says the same as what was sent, number texts to the letter, once links lead to what they became.
    /// </summary>
    public bool IsServedAs(JsonElement served, string reference)
    {
        var sent = Sent[reference];
        if (served.GetProperty("id").GetString() != reference.Split('/')[1]) return false;
        return Same(sent.Resource, served, sent.Targets, top: true);
    }

    private async Task Post(Person person, byte[] bundle)
    {
        var answer = (await person.Send(HttpMethod.Post, "/fhir", bundle)).Is(200);
        var entries = JsonElement.Parse(Encoding.UTF8.GetString(bundle)).GetProperty("entry").EnumerateArray().ToList();
        var answers = answer.Entries;
        Assert.Equal(entries.Count, answers.Count);
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (entry, response) in entries.Zip(answers))
        {
            var parts = response.GetProperty("response").GetProperty("location").GetString()!.Split('/');
            var reference = $"{parts[^4]}/{parts[^3]}";
            Sent[reference] = (entry.GetProperty("resource"), targets);
            InOrder.Add(reference);
            if (entry.TryGetProperty("fullUrl", out var fullUrl)) targets[fullUrl.GetString()!] = reference;
        }
    }

    private bool Same(JsonElement sent, JsonElement served, Dictionary<string, string> targets, bool top = false)
    {
        if (sent.ValueKind != served.ValueKind) return false;
        return sent.ValueKind switch
        {
            JsonValueKind.Object => SameObjects(sent, served, targets, top),
            JsonValueKind.Array =>
                sent.GetArrayLength() == served.GetArrayLength()
                && sent.EnumerateArray().Zip(served.EnumerateArray()).All(pair => Same(pair.First, pair.Second, targets)),
            JsonValueKind.Number => sent.GetRawText() == served.GetRawText(),
            JsonValueKind.String => SameTexts(sent.GetString()!, served.GetString()!, targets),
            _ => true,
        };
    }

    private bool SameObjects(JsonElement sent, JsonElement served, Dictionary<string, string> targets, bool top)
    {
        static bool Servers(JsonProperty property) => property.Name is "id" or "meta";
        var before = sent.EnumerateObject().Where(property => !top || !Servers(property)).ToList();
        var after = served.EnumerateObject().Where(property => !top || !Servers(property)).ToList();
        return before.Count == after.Count
            && before.Zip(after).All(pair => pair.First.Name == pair.Second.Name && Same(pair.First.Value, pair.Second.Value, targets));
    }

    // A conditional reference became whatever it found.
    private bool SameTexts(string sent, string served, Dictionary<string, string> targets) =>
        sent == served || (targets.TryGetValue(sent, out var target) && served == target)
            || (sent.Contains('?', StringComparison.Ordinal) && Sent.ContainsKey(served));
}
