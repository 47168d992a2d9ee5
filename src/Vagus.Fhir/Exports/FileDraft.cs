using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Exports;

/// <summary>
/// A file of an export in the making: resources of one type, one a line, or what was deleted of one, a transaction for each
/// (Bulk Data Access 2.0, "Response - Output Manifest").
/// </summary>
internal sealed class FileDraft(ResourceSubset? subset) : IDisposable
{
    private const int MostResources = 20_000;
    private const int MostBytes = 8 * 1024 * 1024;
    private readonly MemoryStream lines = new();
    private readonly List<StoredResource> shown = [];

    /// <summary>Null: nothing has been written.</summary>
    public string? Type { get; private set; }

    /// <summary>It tells of deletions.</summary>
    public bool IsOfDeleted { get; private set; }

    /// <inheritdoc cref="StoredResource.Notice"/>
    public string? Notice { get; set; }

    /// <summary>The resources in it, without their bodies.</summary>
    public IReadOnlyList<StoredResource> Shown => shown;

    public bool IsFull => lines.Length >= MostBytes || shown.Count >= MostResources;

    public ReadOnlyMemory<byte> Bytes => lines.GetBuffer().AsMemory(0, (int)lines.Length);

    public void Add(StoredResource resource)
    {
        if (resource.Body is not { } body) return;
        lines.Write(subset is null ? body : subset.Of(body));
        lines.WriteByte((byte)'\n');
        shown.Add(resource with { Body = null, Unread = true });
        Type = resource.Type;
    }

    public void AddDeleted(StoredResource resource)
    {
        lines.Write(JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["resourceType"] = "Bundle",
            ["type"] = "transaction",
            ["entry"] = new JsonArray(new JsonObject
            {
                ["request"] = new JsonObject { ["method"] = "DELETE", ["url"] = $"{resource.Type}/{resource.Id}" },
            }),
        }));
        lines.WriteByte((byte)'\n');
        shown.Add(resource);
        (Type, IsOfDeleted) = (resource.Type, true);
    }

    public void Dispose() => lines.Dispose();
}
