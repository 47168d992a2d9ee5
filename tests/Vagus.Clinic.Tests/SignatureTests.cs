using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Signatures;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Clinic.Tests;

/// <summary>The verifier here shares no code with the server: it has what a reader of the record has, and the published keys.</summary>
public abstract class SignatureTests(House house)
{
    private const string Door = "/api/encounters";

    [Fact]
    public async Task A_signature_is_verified_with_the_record_and_the_published_key_alone()
    {
        var (provider, provenance) = await Signed();

        var records = await Targets(provider, provenance);

        Assert.Equal(["Encounter", "DocumentReference", "Condition"], records.Select(each => (string)each["resourceType"]!));
        Assert.True(Verifies(await Keys(provider), provenance, records));
    }

    [Theory]
    [InlineData(0, "status", "in-progress")]
    [InlineData(1, "date", "2020-01-01")]
    [InlineData(2, "recordedDate", "2020-01-01")]
    public async Task A_record_that_was_changed_is_not_verified(int which, string field, string value)
    {
        var (provider, provenance) = await Signed();
        var records = await Targets(provider, provenance);

        records[which][field] = value;

        Assert.False(Verifies(await Keys(provider), provenance, records));
    }

    [Fact]
    public async Task A_signature_is_not_verified_by_the_key_of_another_clinic()
    {
        var (provider, provenance) = await Signed();
        var (other, _) = await Signed();
        var records = await Targets(provider, provenance);

        var (own, foreign) = (await Keys(provider), await Keys(other));

        Assert.NotEqual(own.GetRawText(), foreign.GetRawText());
        Assert.False(Verifies(foreign, provenance, records));
    }

    [Fact]
    public async Task A_new_key_signs_and_what_the_former_one_signed_is_verified_by_it()
    {
        var clinic = await house.NewClinic();
        var (provider, first) = await Signed(clinic);
        var former = (await Keys(provider))[0].GetProperty("kid").GetString();

        var added = (await house.Get<RotateSigningKey>().Rotate(clinic.Tenant, CancellationToken.None)).Value;
        var (_, second) = await Signed(clinic, provider);

        var keys = await Keys(provider);
        Assert.Equal([added, former], keys.EnumerateArray().Select(key => key.GetProperty("kid").GetString()));
        Assert.Equal((former, added), (KeyOf(first), KeyOf(second)));
        Assert.True(Verifies(keys, first, await Targets(provider, first)));
        Assert.True(Verifies(keys, second, await Targets(provider, second)));
        Assert.True((await house.Get<RotateSigningKey>().Rotate(new TenantId("nobody"), CancellationToken.None)).IsRefused);
    }

    [Fact]
    public async Task The_first_key_is_made_by_the_server_and_a_further_one_by_the_operator()
    {
        var clinic = await house.NewClinic();
        await Signed(clinic);
        await house.Get<RotateSigningKey>().Rotate(clinic.Tenant, CancellationToken.None);

        var admin = await clinic.Has(Role.Admin);
        var entries = (await admin.Get("/api/audit?action=key-rotate&limit=200")).Is(200)["items"].EnumerateArray()
            .Where(entry => entry.GetProperty("on").GetString()!.StartsWith("SigningKey/", StringComparison.Ordinal));

        Assert.Equal(
            [null, "operator"],
            entries.Select(entry => entry.TryGetProperty("client", out var client) ? client.GetString() : null).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Labels_and_narrative_of_a_record_may_change_and_its_signature_holds()
    {
        var (provider, provenance) = await Signed();
        var records = await Targets(provider, provenance);

        records[0]["meta"] = new JsonObject { ["tag"] = new JsonArray(new JsonObject { ["code"] = "moved" }) };
        records[0]["text"] = new JsonObject { ["status"] = "generated", ["div"] = "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>" };

        Assert.True(Verifies(await Keys(provider), provenance, records));
    }

    [Fact]
    public async Task The_sample_in_Node_verifies_it_too()
    {
        Assert.SkipUnless(await Node("--version") == 0, "Node.js is not installed");
        var (provider, provenance) = await Signed();
        var folder = Directory.CreateTempSubdirectory("vagus-signature-").FullName;
        string[] files = [Path.Combine(folder, "keys.json"), Path.Combine(folder, "provenance.json")];
        await File.WriteAllTextAsync(files[0], (await provider.Get("/api/signing-keys")).Text);
        await File.WriteAllTextAsync(files[1], provenance.GetRawText());
        foreach (var record in await Targets(provider, provenance))
        {
            files = [.. files, Path.Combine(folder, $"{files.Length}.json")];
            await File.WriteAllTextAsync(files[^1], record.ToJsonString());
        }

        var verified = await Node([Sample, .. files]);
        var altered = (await File.ReadAllTextAsync(files[2])).Replace("finished", "planned", StringComparison.Ordinal);
        await File.WriteAllTextAsync(files[2], altered);
        var changed = await Node([Sample, .. files]);

        Directory.Delete(folder, recursive: true);
        Assert.Equal((0, 1), (verified, changed));
    }

    private static string Sample => Path.Combine(Sources.Root, "samples", "javascript", "verify-signature.mjs");

    /// <summary>Its exit code; -1 where it cannot be started.</summary>
    private static async Task<int> Node(params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var node = Process.Start(start);
            if (node is null) return -1;
            await node.WaitForExitAsync();
            return node.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private static string? KeyOf(JsonElement provenance)
    {
        var data = Encoding.ASCII.GetString(provenance.GetProperty("signature")[0].GetProperty("data").GetBytesFromBase64());
        return JsonElement.Parse(Base64Url.DecodeFromChars(data.Split('.')[0])).GetProperty("kid").GetString();
    }

    private async Task<(Person Provider, JsonElement Provenance)> Signed(Clinic? within = null, Person? by = null)
    {
        var clinic = within ?? await house.NewClinic();
        var provider = by ?? await clinic.HasProvider("dr-1", "p-1");
        var begun = new { patientId = "p-1", providerId = "dr-1", reason = "Grüße \u2028 \"x\" \\ \t" };
        var visit = (await provider.Post(Door, begun)).Is(201);
        (await provider.Put($"{Door}/{visit.Id}", new { note = "Well.", diagnoses = new[] { new { display = "Asthma" } } })).Is(200);
        (await provider.Post($"{Door}/{visit.Id}/complete")).Is(200);
        (await provider.Post($"{Door}/{visit.Id}/sign")).Is(200);
        var found = (await provider.Get($"/fhir/Provenance?target=Encounter/{visit.Id}")).Is(200);
        return (provider, found["entry"][0].GetProperty("resource"));
    }

    private static async Task<JsonElement> Keys(Person person) => (await person.Get("/api/signing-keys")).Is(200)["keys"];

    private static async Task<JsonObject[]> Targets(Person reader, JsonElement provenance)
    {
        var records = new List<JsonObject>();
        foreach (var target in provenance.GetProperty("target").EnumerateArray())
        {
            var read = (await reader.Get($"/fhir/{target.GetProperty("reference").GetString()}")).Is(200);
            records.Add(JsonNode.Parse(read.Text)!.AsObject());
        }

        return [.. records];
    }

    private static bool Verifies(JsonElement keys, JsonElement provenance, JsonObject[] records)
    {
        var data = provenance.GetProperty("signature")[0].GetProperty("data").GetBytesFromBase64();
        var parts = Encoding.ASCII.GetString(data).Split('.');
        Assert.Equal("", parts[1]);
        var header = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0]));
        Assert.Equal("ES256", header.GetProperty("alg").GetString());
        var kid = header.GetProperty("kid").GetString();
        var known = keys.EnumerateArray().Where(key => key.GetProperty("kid").GetString() == kid).ToList();
        if (known is not [var key]) return false;

        var entries = provenance.GetProperty("target").EnumerateArray().Zip(records).Select(each =>
            $"{{\"fullUrl\":\"{each.First.GetProperty("reference").GetString()}\",\"resource\":{Canonical(WithoutCopy(each.Second))}}}");
        var payload = $"{{\"entry\":[{string.Join(',', entries)}],\"resourceType\":\"Bundle\",\"type\":\"collection\"}}";
        using var verifier = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars(key.GetProperty("x").GetString()),
                Y = Base64Url.DecodeFromChars(key.GetProperty("y").GetString()),
            },
        });
        var input = Encoding.ASCII.GetBytes($"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}");
        return verifier.VerifyData(
            input, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static JsonObject WithoutCopy(JsonObject record)
    {
        var copy = record.DeepClone().AsObject();
        copy.Remove("meta");
        copy.Remove("text");
        return copy;
    }

    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(',', members.OrderBy(each => each.Key, StringComparer.Ordinal)
            .Select(each => $"{Quoted(each.Key)}:{Canonical(each.Value)}"))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Canonical))}]",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Quoted(value.GetValue<string>()),
        null => "null",
        _ => node.ToJsonString(),
    };

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            var escaped = "\"\\\b\f\n\r\t".IndexOf(letter, StringComparison.Ordinal);
            if (escaped >= 0) quoted.Append('\\').Append("\"\\bfnrt"[escaped]);
            else if (letter < ' ') quoted.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else quoted.Append(letter);
        }

        return quoted.Append('"').ToString();
    }
}

public sealed class SignatureTestsOnSqlite(SqliteHouse house) : SignatureTests(house);

public sealed class SignatureTestsOnPostgres(PostgresHouse house) : SignatureTests(house);
