namespace Vagus.Access.Audit.Anchors;

/// <summary>A place for anchors. What is there is never overwritten.</summary>
internal interface IAnchorSink
{
    string Name { get; }

    /// <summary>
    /// Adds an object. Does nothing where exactly it is there already; throws <see cref="AnchorConflictException"/> where another one is.
    /// </summary>
    /// <param name="path">Names separated by '/'; letters, digits, '-', '_' and '.'.</param>
    /// <param name="content">All of it.</param>
    /// <param name="cancel">Ends the attempt.</param>
    ValueTask Add(string path, byte[] content, CancellationToken cancel);
}

/// <summary>Another object has the name of an anchor.</summary>
internal sealed class AnchorConflictException(string path) : Exception($"Another object is at {path}.");
