using System.Runtime.InteropServices;
using Vagus.Kernel;

namespace Vagus.Storage.Files;

/// <summary>The name of a blob: ids of ours only, never a word of a client. Two letters of the id spread blobs over folders.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BlobName(TenantId Tenant, string Id)
{
    /// <summary>How the names of marks begin, which lie where folders of tenants do: no blob has a name of one part.</summary>
    internal const string MarkPrefix = "mark-";

    private const int Spread = 2;

    /// <summary><c>north/3f/0198…3f</c>.</summary>
    public string Path => $"{Tenant.Value}/{Id[^Spread..]}/{Id}";

    /// <summary>Null where the path is not of a blob.</summary>
    internal static BlobName? Parse(string path)
    {
        if (path.Split('/') is not [{ Length: > 0 } tenant, _, { Length: > Spread } id]) return null;
        var name = new BlobName(new TenantId(tenant), id);
        return name.Path == path ? name : null;
    }

    internal void Validate()
    {
        if (Id.Length <= Spread || !IsPlain(Id) || !IsPlain(Tenant.Value)) 
            throw new InvalidOperationException("This is not the name of a blob.");
    }

    private static bool IsPlain(string part) => part.Length > 0 && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');
}

/// <summary>A blob that a store has, and when it was written.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct StoredBlob(BlobName Name, DateTimeOffset WrittenAt);
