namespace Vagus.Storage.Files;

/// <summary>The store of files was not reached or could not answer. Asking again later is right.</summary>
public sealed class FilesUnreachableException(string code, Exception cause) : Exception("The store of files cannot be reached.", cause)
{
    /// <summary>What S3 answered, or the type of what the client met.</summary>
    public string Code => code;
}
