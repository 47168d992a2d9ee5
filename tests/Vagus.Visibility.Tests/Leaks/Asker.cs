using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>Somebody who asks, and what they may be shown: the answers are held against that.</summary>
internal sealed class Asker(Clinic clinic, Person person, string name, Func<Made, bool> sees)
{
    // What writes are held to and searched by: of those who administer the organization.
    private static readonly string[] Definitions = ["CodeSystem", "SearchParameter", "StructureDefinition", "ValueSet"];

    /// <summary>The scopes of the credential, below which the role's grants are cut; null: all of them.</summary>
    public string? Scopes { get; init; }

    public string ScopePatient { get; init; } = "";

    /// <summary>Which of the pairs it asks for by the searches.</summary>
    public Func<int, bool> Asks { get; init; } = _ => true;

    public Person Person => person;

    public Clinic Clinic => clinic;

    public bool MayRead(string type) => RoleGrants.MayRead(person.Role, type);

    public bool MayWrite(string type) =>
        Scopes is null && RoleGrants.MayWrite(person.Role, type) && type != "AuditEvent" && (Configures || !Definitions.Contains(type));

    public bool MaySubscribe =>
        RoleGrants.MayWrite(person.Role, RowScope.OfOwners)
        && (Scopes is null || Scopes.Contains("/*.cruds", StringComparison.Ordinal)
            || Scopes.Contains("/Subscription.cruds", StringComparison.Ordinal));

    /// <summary>Reads the subscriptions of everybody in its organization.</summary>
    public bool Administers => person.Role == Role.Admin && Scopes is null;

    private bool Configures => person.Role is Role.Admin or Role.Service;

    public bool Sees(Made made) => MayRead(made.Type) && IsOwn(made) && sees(made);

    /// <summary>What is seen of the records that carry no label and are released; null: as of all.</summary>
    public Func<Made, bool>? Open { get; init; }

    public bool SeesOpen(Made made) => MayRead(made.Type) && IsOwn(made) && (Open ?? sees)(made);

    /// <summary>An administrator writes the records: only administrators and its owner are told of a Subscription.</summary>
    private bool IsOwn(Made made) => made.Type != RowScope.OfOwners || Administers;

    public override string ToString() => name;

    public async Task<Reply> Send(HttpMethod method, string path, string? body = null, string media = "application/fhir+json",
        string? ifMatch = null, string? prefer = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(clinic.House.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        if (Scopes is not null)
        {
            request.Headers.Add(House.ScopesHeader, Scopes);
            request.Headers.Add(House.ScopeAppHeader, name.Replace(' ', '-'));
            request.Headers.Add(House.ScopePatientHeader, ScopePatient);
        }

        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (prefer is not null) request.Headers.TryAddWithoutValidation("Prefer", prefer);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, media);
        using var answer = await clinic.House.Http.SendAsync(request);
        var headers = answer.Headers.Concat(answer.Content.Headers).Select(header => header.Key).Where(key => key != "Date").Order();
        return new Reply((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), string.Join(',', headers))
        {
            ContentLocation = answer.Content.Headers.ContentLocation?.ToString(),
        };
    }

    /// <summary>A fresh sign-in, for what demands one: the matrix lasts longer than that of its beginning.</summary>
    public async Task ProveAgain()
    {
        var door = person.Role == Role.Patient ? "/api/patient-portal/auth" : "/api/auth";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(clinic.House.Address, $"{door}/step-up"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        request.Content = JsonContent.Create(new { password = House.Password });
        using var answer = await clinic.House.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{name}: {answer.StatusCode}");
    }

    /// <summary>The answers to GETs, in one batch, in their order.</summary>
    public async Task<List<Part>> Batch(IReadOnlyList<string> urls)
    {
        var entries = urls.Select(url => new JsonObject { ["request"] = new JsonObject { ["method"] = "GET", ["url"] = url } });
        var bundle = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "batch", ["entry"] = new JsonArray([.. entries]) };
        var reply = await Send(HttpMethod.Post, "/fhir", bundle.ToJsonString());
        Assert.True(reply.Status == 200, $"{name}: {reply.Status} {reply.Text}");
        var parts = JsonElement.Parse(reply.Text).GetProperty("entry").EnumerateArray().Select(Part.Of).ToList();
        Assert.Equal(urls.Count, parts.Count);
        return parts;
    }
}

/// <summary>An HTTP answer: the names of its headers tell, too.</summary>
internal sealed record Reply(int Status, string Text, string Headers)
{
    /// <summary>Where what was begun is asked after.</summary>
    public string? ContentLocation { get; init; }
}

/// <summary>One answer of a batch.</summary>
internal sealed record Part(int Status, string Text, JsonElement Resource)
{
    public long? Total => Resource.TryGetProperty("total", out var total) ? total.GetInt64() : null;

    public List<string> Ids => !Resource.TryGetProperty("entry", out var entries) ? []
        : [.. entries.EnumerateArray().Select(entry => entry.GetProperty("resource").GetProperty("id").GetString()!).Order()];

    public bool HasNext => Resource.GetProperty("link").EnumerateArray().Any(link => link.GetProperty("relation").GetString() == "next");

    /// <summary>What is said besides the links, which repeat what was asked.</summary>
    public bool SaysNothing => Resource.EnumerateObject().All(each => each.Name is "resourceType" or "type" or "link" or "total");

    public static Part Of(JsonElement entry) => new(
        int.Parse(entry.GetProperty("response").GetProperty("status").GetString()!, CultureInfo.InvariantCulture),
        entry.GetRawText(),
        entry.TryGetProperty("resource", out var resource) ? resource
            : entry.GetProperty("response").TryGetProperty("outcome", out var outcome) ? outcome : default);

    public static Part Of(Reply reply) => new(reply.Status, reply.Text, JsonElement.Parse(reply.Text));
}
