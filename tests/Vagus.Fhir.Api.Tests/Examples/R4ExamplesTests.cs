using System.Text;
using System.Text.Json;

namespace Vagus.Fhir.Api.Tests.Examples;

/// <summary>R4's own examples come back as they were sent, to the letter of each value, apart from meta.</summary>
public abstract class R4ExamplesTests(FhirServer server)
{
    private const int AtOnce = 50;
    private const int MostLetters = 4_000_000;

    // Half a body: all of R4's definitions are examples of Bundles, too.
    private const int LargestExample = 8_000_000;

    // What their writing is for: the audit is the server's, messages are threads', a Provenance must be signed, and a Subscription tells.
    private static readonly string[] NotByPut = ["AuditEvent", "Communication", "Provenance", "Subscription"];

    [Fact]
    public async Task Each_example_is_served_as_it_was_sent()
    {
        var (examples, reason) = await R4Examples.Read();
        if (reason is not null) Assert.Skip(reason);
        var admin = await (await Clinic.Open(server)).Admin();
        var sent = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, json) in examples)
        {
            var resource = JsonElement.Parse(json);
            if (!resource.TryGetProperty("id", out var id) || resource.GetProperty("resourceType").GetString() is not { } type) continue;
            if (!NotByPut.Contains(type, StringComparer.Ordinal) && json.Length < LargestExample) sent.TryAdd($"{type}/{id.GetString()}", json);
        }

        var (refused, different) = (new List<string>(), new List<string>());
        var compared = 0;
        foreach (var part in Parts(sent))
        {
            var stored = await Batch(admin, part.Select(each => (each.Key, Text: (string?)each.Value)));
            refused.AddRange(
                part.Zip(stored).Where(each => !each.Second.Status.StartsWith('2')).Select(each => $"{each.First.Key} {ReasonOf(each.Second.Outcome)}"));
            var kept = part.Zip(stored).Where(each => each.Second.Status.StartsWith('2')).Select(each => each.First).ToList();
            var read = await Batch(admin, kept.Select(each => (each.Key, Text: (string?)null)));
            foreach (var ((reference, text), answer) in kept.Zip(read))
            {
                Assert.True(answer.Status == "200", $"{reference}: {answer.Status}");
                if (WithoutMeta(JsonElement.Parse(text)) != WithoutMeta(answer.Resource)) different.Add(reference);
                compared++;
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{compared} examples compared, {refused.Count} refused");
        Assert.InRange(compared, 4_900, int.MaxValue);
        Assert.Empty(different);
        // Some are not valid R4: each of them is told why, and no other is refused.
        var list = string.Join('\n', refused.Order(StringComparer.Ordinal)) + "\n";
        if (Environment.GetEnvironmentVariable("VAGUS_APPROVE") == "examples") await File.WriteAllTextAsync(Refused, list);
        Assert.Equal(await File.ReadAllTextAsync(Refused), list);
    }

    private static string Refused => Path.Combine(Sources.Root, "tests/Vagus.Fhir.Api.Tests/Examples/refused.txt");

    /// <summary>The first issue: its code, where, and what is said of it.</summary>
    private static string ReasonOf(string outcome)
    {
        var issue = JsonElement.Parse(outcome).GetProperty("issue")[0];
        var place = issue.TryGetProperty("expression", out var expression) ? expression[0].GetString() : "-";
        return $"{issue.GetProperty("code").GetString()} {place}: {issue.GetProperty("diagnostics").GetString()}";
    }

    private static IEnumerable<List<KeyValuePair<string, string>>> Parts(Dictionary<string, string> examples)
    {
        var (part, letters) = (new List<KeyValuePair<string, string>>(), 0);
        foreach (var example in examples)
        {
            if (part.Count == AtOnce || (part.Count > 0 && letters + example.Value.Length > MostLetters))
            {
                yield return part;
                (part, letters) = ([], 0);
            }

            part.Add(example);
            letters += example.Value.Length;
        }

        yield return part;
    }

    private static async Task<List<(string Status, JsonElement Resource, string Outcome)>> Batch(
        Person person, IEnumerable<(string Reference, string? Text)> entries)
    {
        var bundle = new StringBuilder("""{"resourceType":"Bundle","type":"batch","entry":[""");
        bundle.AppendJoin(',', entries.Select(each => each.Text is null
            ? $$$"""{"request":{"method":"GET","url":"{{{each.Reference}}}"}}"""
            : $$$"""{"resource":{{{each.Text}}},"request":{"method":"PUT","url":"{{{each.Reference}}}"}}"""));
        var answer = (await person.Post("", bundle.Append("]}").ToString())).Is(200);
        return
        [
            .. answer.Entries.Select(entry =>
            {
                var response = entry.GetProperty("response");
                var resource = entry.TryGetProperty("resource", out var given) ? given : default;
                var outcome = response.TryGetProperty("outcome", out var told) ? told.GetRawText() : "";
                return (response.GetProperty("status").GetString()!, resource, outcome);
            }),
        ];
    }

    /// <summary>The text without white space, and without what the server puts at its beginning: type, id and meta.</summary>
    private static string WithoutMeta(JsonElement resource)
    {
        var text = new StringBuilder();
        Write(resource, text, depth: 0);
        return text.ToString();
    }

    private static void Write(JsonElement element, StringBuilder text, int depth)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            text.Append('[');
            foreach (var item in element.EnumerateArray()) Write(item, text.Append(' '), depth + 1);
            text.Append(']');
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            text.Append('{');
            foreach (var property in element.EnumerateObject().Where(property => depth > 0 || property.Name is not ("resourceType" or "meta" or "id")))
                Write(property.Value, text.Append(' ').Append(property.Name).Append(':'), depth + 1);
            text.Append('}');
        }
        else
        {
            text.Append(element.GetRawText());
        }
    }
}

public sealed class R4ExamplesOnSqlite(SqliteFhirServer server) : R4ExamplesTests(server);

public sealed class R4ExamplesOnPostgres(PostgresFhirServer server) : R4ExamplesTests(server);
