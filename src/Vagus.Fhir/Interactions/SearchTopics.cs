using System.Text.Json;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// <c>Basic?code=SubscriptionTopic</c>: behind what the tenant has stored stand the definitions of the server's own topics, all of them on
/// the last page. A search that asks for more than the code finds what is stored alone.
/// </summary>
internal static class SearchTopics
{
    private static readonly string[] Asking = [TopicDefinitions.Code, $"{TopicDefinitions.System}|{TopicDefinitions.Code}"];

    public static void AddTo(BundlePage page, FhirCall call, SearchPage found)
    {
        if (found.Cursor is not null || !AsksForTopics(found.Search)) return;
        foreach (var topic in Topics.All) page.AddMatch(MatchOf(topic, call.BaseUrl));
        page.Total += Topics.All.Count;
    }

    private static bool AsksForTopics(SearchRequest search)
    {
        var asked = search.Kept.Where(each => each.Name != PageCursors.Parameter).ToList();
        return search.Address == TopicDefinitions.Type && asked is [("code", var code)] && Asking.Contains(code);
    }

    private static StoredResource MatchOf(Topic topic, string baseUrl) => new()
    {
        Type = TopicDefinitions.Type,
        Id = topic.Id,
        Version = 0,
        UpdatedAt = default,
        Position = 0,
        Body = JsonSerializer.SerializeToUtf8Bytes(TopicDefinitions.Of(topic, baseUrl)),
        Interaction = "GET",
        Rid = 0,
    };
}
