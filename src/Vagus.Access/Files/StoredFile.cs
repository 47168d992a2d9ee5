using Vagus.Kernel;

namespace Vagus.Access.Files;

/// <summary>A file as its row tells of it; the name that its sender gave it and its SHA-256 are sealed apart.</summary>
public sealed record StoredFile
{
    public required TenantId Tenant { get; init; }

    /// <summary>A UUID.</summary>
    public required string Id { get; init; }

    /// <summary>The name of its store, such as <c>radiology-images</c>.</summary>
    public required string Store { get; init; }

    public required PatientId? Patient { get; init; }

    /// <summary>Who uploaded it.</summary>
    public required UserId Owner { get; init; }

    /// <summary>Bytes of content.</summary>
    public required long Size { get; init; }

    /// <summary>What the content is, found from its bytes.</summary>
    public required string ContentType { get; init; }

    public required FileScan Scan { get; init; }

    /// <summary>The labels of the record that it belongs to.</summary>
    public Sensitivity Labels { get; init; }

    /// <summary>True when its patient may see it.</summary>
    public required bool Released { get; init; }

    /// <summary>What it belongs to, such as <c>Communication/1</c>; null: nothing yet.</summary>
    public string? BoundTo { get; init; }

    /// <summary>Resources named it, and none of them stands any more: it is given to nobody.</summary>
    public bool Withdrawn { get; init; }

    internal byte[] SealedFacts { get; init; } = [];
}

/// <summary>What the virus scanner has said. Only clean files are given out.</summary>
public enum FileScan
{
    /// <summary>Not scanned yet, or the scanner could not be asked: the file is held.</summary>
    Pending,
    Clean,

    /// <summary>The scanner has found something. The content stays sealed for an inquiry and is given to no caller.</summary>
    Quarantined,
}

/// <summary>What is known of a file and is sealed, for it may tell of a patient.</summary>
/// <param name="Name">The name that its sender gave it, without folders; null where there is none.</param>
/// <param name="Sha256">Of the content, lower-case hexadecimal.</param>
public sealed record FileFacts(string? Name, string Sha256);
