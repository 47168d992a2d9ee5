using System.Globalization;
using Vagus.Access.Files;
using Vagus.Storage.Files;

namespace Vagus.Server;

/// <summary>Where files lie, where they are scanned, and how many bytes an organization may keep. Variables only.</summary>
internal static class FileSettings
{
    /// <param name="variable">An environment variable's value; null when it is not set.</param>
    public static BlobOptions Blobs(Func<string, string?> variable) => new()
    {
        Folder = variable("VAGUS_FILES"),
        S3 = variable("VAGUS_FILES_S3"),
        S3Endpoint = Address("VAGUS_FILES_S3_ENDPOINT", variable),
    };

    /// <summary>Where the other installation of a move keeps its files; null: in the bucket of this one, or in its data folder.</summary>
    public static BlobOptions? BlobsOfOther(Func<string, string?> variable) => variable("VAGUS_TO_FILES_S3") is not { } bucket ? null
        : new BlobOptions { S3 = bucket, S3Endpoint = Address("VAGUS_TO_FILES_S3_ENDPOINT", variable) };

    public static FilesOptions Files(Func<string, string?> variable)
    {
        var files = new FilesOptions { Scanner = Address("VAGUS_CLAMD", variable) };
        if (variable("VAGUS_FILE_QUOTA_BYTES") is not { } given) return files;
        return long.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? files with { QuotaBytes = bytes } : throw new FormatException("VAGUS_FILE_QUOTA_BYTES must be a number of bytes.");
    }

    private static Uri? Address(string name, Func<string, string?> variable)
    {
        if (variable(name) is not { } given) return null;
        return Uri.TryCreate(given, UriKind.Absolute, out var url) ? url : throw new FormatException($"{name} is not an address.");
    }
}
