using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Vagus.Storage.Backups;

namespace Vagus.Messaging.Tests;

/// <summary>
/// Every text that people of the run have sent to be sealed is looked for, at its end, in all files of the house, in its mails, in a backup
/// as <c>vagus backup</c> takes it, and in the warnings of its log. None of them may hold one; the name of an organization must be found.
/// </summary>
internal static class AtRest
{
    private const int Shortest = 12;
    private const int Longest = 200;
    private const string AtCanned = "/api/canned-responses";
    private const string Plain = "A name that lies open";

    private static readonly string[] Sealed = ["content", "contentString", "subject", "reason"];
    private static readonly ConcurrentDictionary<string, bool> Typed = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, bool> Open = new(StringComparer.Ordinal);

    /// <summary>The same body, with its texts remembered.</summary>
    public static object? Noted(string path, object? body)
    {
        if (body is null) return body;
        var into = path.StartsWith(AtCanned, StringComparison.Ordinal) ? Open : Typed;
        try
        {
            Note(body as string is { } text ? JsonElement.Parse(text) : JsonSerializer.SerializeToElement(body), into);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Tests send what is no JSON, and halves of letters: nothing of it is kept.
        }

        return body;
    }

    public static void Note(byte[] file) => Add(Typed, Encoding.Latin1.GetString(file));

    public static async Task Look(Testing.House house)
    {
        var folder = Directory.CreateTempSubdirectory("vagus-at-rest-");
        var backup = Path.Combine(folder.FullName, "backup");
        try
        {
            await house.AddTenant(name: Plain);
            await house.Get<TakeBackup>().To(backup, "test", default);
            var findings = new List<string>();
            var isFound = false;
            var typed = SearchValues.Create([.. Typed.Keys.Except(Open.Keys, StringComparer.Ordinal)], StringComparison.Ordinal);
            foreach (var file in FilesIn(backup, house.Mails, await Image(house.Folder, folder)))
            {
                var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
                if (Found(content, typed) is { } text) findings.Add($"{file} holds '{text}'");
                isFound |= file.StartsWith(backup, StringComparison.Ordinal) && content.Contains(Plain, StringComparison.Ordinal);
            }

            findings.AddRange(house.Log.Lines.Where(line => Found(line, typed) is not null));
            if (findings.Count > 0) throw new InvalidOperationException($"What people wrote lies open:\n{string.Join('\n', findings)}");
            if (!isFound) throw new InvalidOperationException("The scan does not find what is kept as it is.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Note(JsonElement body, ConcurrentDictionary<string, bool> into)
    {
        if (body.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in body.EnumerateArray()) Note(item, into);
        }

        if (body.ValueKind != JsonValueKind.Object) return;
        foreach (var field in body.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.String) Note(field.Value, into);
            else if (Sealed.Contains(field.Name)) Add(into, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(field.Value.GetString()!)));
        }
    }

    /// <summary>
    /// Short texts are in files by chance; of long ones the beginning tells as much. What is sealed already may lie where it likes.
    /// </summary>
    private static void Add(ConcurrentDictionary<string, bool> into, string text)
    {
        if (text.Length < Shortest || text.StartsWith("ce1:", StringComparison.Ordinal)) return;
        into[text.Length > Longest ? text[..Longest] : text] = true;
    }

    private static string? Found(string content, SearchValues<string> texts)
    {
        var at = content.AsSpan().IndexOfAny(texts);
        return at < 0 ? null : content.Substring(at, Math.Min(Shortest, content.Length - at));
    }

    private static IEnumerable<string> FilesIn(params string?[] folders) => folders.OfType<string>().Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));

    /// <summary>The server keeps some of its files locked: a copy has all.</summary>
    private static async Task<string?> Image(string? data, DirectoryInfo into)
    {
        if (data is null) return null;
        var image = into.CreateSubdirectory("image").FullName;
        using var copy = Process.Start("cp", ["-r", data + "/.", image]);
        await copy.WaitForExitAsync();
        Assert.Equal(0, copy.ExitCode);
        return image;
    }
}
