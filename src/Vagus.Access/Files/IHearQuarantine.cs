using Vagus.Storage.Writing;

namespace Vagus.Access.Files;

/// <summary>A room to whose records files belong: it hears of a file in which the scanner has found something.</summary>
public interface IHearQuarantine
{
    /// <summary>In the write that quarantines the file. It waits for nothing but that, and refuses nothing.</summary>
    ValueTask Hear(WriteTransaction write, StoredFile file, CancellationToken cancel);
}
