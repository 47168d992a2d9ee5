using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;

namespace Vagus.Demo.Tests;

/// <summary>
/// The other side of the wire: signs in, keeps what is PUT, checks If-Match, and misbehaves on demand.
/// It stands for the server as the demo sees it; the server's own tests show that the server is like that.
/// </summary>
internal sealed class PretendServer : HttpMessageHandler
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Version, JsonObject Resource)> stored = [];
    private readonly HashSet<string> deleted = [];
    private int tokens;

    /// <summary>Asked before each request; an answer other than null is given in place of the real one.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Trouble { get; set; } = _ => null;

    /// <summary>Method, path and bearer of each request, in order.</summary>
    public List<string> Seen { get; } = [];

    public int Writes { get; private set; }

    public IReadOnlyDictionary<string, (int Version, JsonObject Resource)> Stored => stored;

    public void Keep(JsonObject resource)
    {
        var place = $"{(string?)resource["resourceType"]}/{(string?)resource["id"]}";
        stored[place] = (stored.GetValueOrDefault(place).Version + 1, (JsonObject)resource.DeepClone());
        Writes++;
    }

    public Server Connect(TimeProvider clock) => new(new HttpClient(this) { BaseAddress = new Uri("http://127.0.0.1/") }, clock);

    public static HttpResponseMessage Status(HttpStatusCode status) => new(status) { Content = new StringContent("{}") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var text = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (gate)
        {
            Seen.Add($"{request.Method} {Path(request)} {request.Headers.Authorization?.Parameter}".TrimEnd());
            return Trouble(request) ?? Answer(request, text is null ? null : (JsonObject?)JsonNode.Parse(text));
        }
    }

    public static string Path(HttpRequestMessage request) => request.RequestUri!.AbsolutePath.TrimStart('/');

    private HttpResponseMessage Answer(HttpRequestMessage request, JsonObject? body) => (request.Method.Method, Path(request)) switch
    {
        (_, "api/auth/login") => SignedIn((string?)body?["email"]),
        (_, "api/auth/refresh") => SignedIn("renewed"),
        ("POST", "fhir") => KeepAll(body!),
        ("POST", "api/patient-messages/threads") => Json(
            new JsonObject { ["thread"] = new JsonObject { ["id"] = "t-1", ["lastSequence"] = 1 } }),
        ("POST", _) => Json(new JsonObject { ["id"] = "m-1" }),
        ("PUT", var path) when path.StartsWith("api/", StringComparison.Ordinal) => Status(HttpStatusCode.OK),
        ("GET", "api/auth/me") => Json(new JsonObject { ["user"] = new JsonObject { ["id"] = "u-1" } }),
        ("DELETE", var path) => Delete(path["fhir/".Length..]),
        ("GET", "api/alerts") => Json(new JsonObject { ["items"] = new JsonArray() }),
        ("GET", var path) => Read(path["fhir/".Length..]),
        (_, var path) => Put(request, path["fhir/".Length..], body!),
    };

    private HttpResponseMessage SignedIn(string? who)
    {
        var token = $"{who}#{++tokens}";
        return Json(new JsonObject { ["accessToken"] = token, ["refreshToken"] = $"r{tokens}", ["expiresIn"] = 300 });
    }

    private HttpResponseMessage KeepAll(JsonObject bundle)
    {
        foreach (var entry in (JsonArray)bundle["entry"]!) Keep((JsonObject)entry!["resource"]!);
        return Status(HttpStatusCode.OK);
    }

    private HttpResponseMessage Delete(string place)
    {
        if (!stored.Remove(place)) return Status(HttpStatusCode.NotFound);
        deleted.Add(place);
        return Status(HttpStatusCode.NoContent);
    }

    private HttpResponseMessage Read(string place)
    {
        if (deleted.Contains(place)) return Status(HttpStatusCode.Gone);
        if (!stored.TryGetValue(place, out var found)) return Status(HttpStatusCode.NotFound);
        var answer = Json((JsonObject)found.Resource.DeepClone());
        answer.Headers.ETag = new EntityTagHeaderValue($"\"{found.Version}\"", isWeak: true);
        return answer;
    }

    private HttpResponseMessage Put(HttpRequestMessage request, string place, JsonObject resource)
    {
        var expected = request.Headers.IfMatch.FirstOrDefault()?.Tag;
        if (expected is not null && expected != $"\"{stored[place].Version}\"") return Status(HttpStatusCode.PreconditionFailed);
        Keep(resource);
        return Status(HttpStatusCode.OK);
    }

    private static HttpResponseMessage Json(JsonObject body) =>
        new(HttpStatusCode.OK) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
}
