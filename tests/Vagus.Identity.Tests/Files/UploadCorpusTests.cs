using System.Buffers.Binary;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Vagus.Access;
using Vagus.Access.Files;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Files;

/// <summary>Contents and names that were made to deceive: refused, held, quarantined, or given out as what no browser runs.</summary>
public abstract class UploadCorpusTests(Engine engine)
{
    private static readonly byte[] PngHead = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
    private static readonly byte[] Pdf = [.. "%PDF-1.7\n"u8, .. new byte[2000]];

    private static readonly Dictionary<string, byte[]> Polyglots = new(StringComparer.Ordinal)
    {
        ["PNG and HTML"] = [.. PngHead, .. "<html><script>alert(1)</script>"u8],
        ["GIF and script"] = [.. "GIF89a/*"u8, .. new byte[40], .. "*/=1;alert(1)"u8],
        ["JPEG and HTML"] = [0xFF, 0xD8, 0xFF, 0xFE, .. "<html><script>alert(1)</script>"u8],
        ["PDF and script"] = [.. "%PDF-1.7\n"u8, .. "1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"u8, .. "<script>"u8],
        ["script and PDF"] = [.. "/*%PDF-1.7*/alert(1)"u8],
        ["HTML and PDF"] = [.. "<html><!--%PDF-1.7-->"u8],
        ["ZIP and HTML"] = [.. "PK\u0003\u0004"u8, .. "<html><script>"u8],
        ["TIFF and program"] = [.. "MZ"u8, .. "II*\0"u8],
        ["picture of 50,000 by 50,000"] = Bomb(),
    };

    [Theory]
    [InlineData("patient-documents")]
    [InlineData("lab-reports")]
    [InlineData("message-attachments")]
    public async Task A_content_of_two_kinds_is_refused_or_saved_and_never_shown(string store)
    {
        await using var clinic = await Open();
        var nurse = (await clinic.Login("ann@example.org")).AccessToken;
        var (refused, saved) = (0, 0);
        var before = GC.GetTotalAllocatedBytes();

        foreach (var (name, content) in Polyglots)
        {
            using var upload = await Upload(clinic, nurse, store, content);
            if ((int)upload.StatusCode != 201)
            {
                Assert.True((int)upload.StatusCode is 415 or 422 or 400, $"{name}: {upload.StatusCode}");
                refused++;
                continue;
            }

            using var answer = await Get(clinic, nurse, await IdOf(upload));
            Assert.True((int)answer.StatusCode == 200, name);
            Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("sandbox; default-src 'none'", policy, StringComparison.Ordinal);
            var type = answer.Content.Headers.ContentType?.MediaType;
            Assert.True(type is "image/png" or "image/gif" or "image/jpeg" or "application/pdf", $"{name} is given out as {type}");
            saved++;
        }

        Assert.True(refused >= 4 && saved >= 1, $"{refused} refused, {saved} saved");
        // A picture of 2.5 billion points that is taken apart would need gigabytes.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 500_000_000);
    }

    [Theory]
    [InlineData("..%2f..%2fetc%2fpasswd.pdf")]
    [InlineData("../../etc/passwd.pdf")]
    [InlineData("..\\..\\a.pdf")]
    [InlineData("a\r\nSet-Cookie: b=c\r\n\r\n<html>.pdf")]
    [InlineData("harmless\u202Efdp.exe")]
    [InlineData("a\u2066\u200Fb\uFEFF.pdf")]
    [InlineData("nul\0byte.pdf")]
    [InlineData("half-\U0001F600-long")]
    public async Task A_name_comes_back_without_what_it_was_made_for(string name)
    {
        await using var clinic = await Open();
        var nurse = (await clinic.Login("ann@example.org")).AccessToken;
        if (name.StartsWith("half", StringComparison.Ordinal)) name = $"{new string('a', 254)}\U0001F600.pdf";

        using var upload = await Upload(clinic, nurse, "patient-documents", Pdf, name);
        Assert.Equal(201, (int)upload.StatusCode);
        using var answer = await Get(clinic, nurse, await IdOf(upload));

        Assert.Equal(200, (int)answer.StatusCode);
        var disposition = answer.Content.Headers.ContentDisposition!;
        var shown = disposition.FileNameStar ?? disposition.FileName!.Trim('"');
        Assert.False(shown.Any(IsDeceiving), shown);
        Assert.InRange(shown.Length, 1, 255);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_virus_in_a_package_in_a_package_and_a_file_beyond_what_is_scanned_are_given_out_by_no_door()
    {
        if (ClamdServer.Missing is { } reason) Assert.Skip(reason);
        await using var scanner = await ClamdServer.Start("MaxFileSize 1M", "MaxScanSize 1M");
        await using var clinic = await Open(scanner.Address);
        var nurse = (await clinic.Login("ann@example.org")).AccessToken;
        var nested = Package(("word/embeddings/one.zip", Package(("two.zip", Package(("eicar.com", FakeClamd.Eicar))))));
        var files = new List<string>();
        foreach (var content in (byte[][])[nested, [.. "%PDF-1.7\n"u8, .. new byte[3 << 20]], Package(("word/zeros", new byte[8 << 20]))])
        {
            using var upload = await Upload(clinic, nurse, "patient-documents", content);
            Assert.Equal(201, (int)upload.StatusCode);
            files.Add(await IdOf(upload));
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await clinic.Get<IEnumerable<LeasedDuty>>().Single(each => each.Name == "file-scans").Turn(limit.Token);
        while (await Scan(clinic, files[0]) == FileScan.Pending) await Task.Delay(20, limit.Token);

        Assert.Equal(FileScan.Quarantined, await Scan(clinic, files[0]));
        foreach (var file in files)
        {
            foreach (var door in new[] { $"/api/files/{file}", $"/api/files/{file}/url" })
            {
                var answer = await clinic.Get(door, nurse);
                Assert.True(answer.Code is "file_quarantined" or "file_pending", $"{door}: {answer.Status} {answer.Text.Length}");
            }
        }
    }

    private async Task<TestClinic> Open(Uri? scanner = null)
    {
        var clinic = await TestClinic.Open(engine, access: new AccessOptions { Files = new FilesOptions { Scanner = scanner } });
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        clinic.Patients.Add(TestClinic.North, "p1");
        return clinic;
    }

    private static async Task<FileScan> Scan(TestClinic clinic, string file) =>
        (await clinic.Get<StoredFiles>().Find(TestClinic.North, file, default))!.Scan;

    /// <summary>Controls, folders, marks of the direction of writing, and a letter that was cut in half.</summary>
    private static bool IsDeceiving(char letter) =>
        char.IsControl(letter) || letter is '/' or '\\' or '\u202E' or '\u2066' or '\u200F' or '\uFEFF' or '\uFFFD';

    private static async Task<HttpResponseMessage> Upload(
        TestClinic clinic, string token, string store, byte[] content, string? name = null)
    {
        using var http = new HttpClient();
        var of = store == "message-attachments" ? "" : "?patientId=p1";
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(clinic.Address), $"/api/files/{store}{of}"))
        {
            Content = new ByteArrayContent(content),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (name is not null)
        {
            request.Content.Headers.TryAddWithoutValidation(
                "Content-Disposition", $"attachment; filename*=UTF-8''{Uri.EscapeDataString(name)}");
        }

        return await http.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> Get(TestClinic clinic, string token, string id)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(clinic.Address), $"/api/files/{id}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }

    private static async Task<string> IdOf(HttpResponseMessage upload) =>
        JsonElement.Parse(await upload.Content.ReadAsStringAsync()).GetProperty("id").GetString()!;

    /// <summary>A Word package by its first entries; what else it holds is up to its maker.</summary>
    private static byte[] Package(params (string Name, byte[] Content)[] entries)
    {
        (string, byte[])[] first = [("[Content_Types].xml", "<x/>"u8.ToArray()), ("word/document.xml", "<x/>"u8.ToArray())];
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in first.Concat(entries))
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Bomb()
    {
        using var points = new MemoryStream();
        using (var packed = new ZLibStream(points, CompressionLevel.SmallestSize, leaveOpen: true)) packed.Write(new byte[1_000_000]);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, 50_000);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), 50_000);
        (head[8], head[9]) = (8, 2);
        return [.. PngHead, .. Chunk("IHDR", head), .. Chunk("IDAT", points.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. data];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), Crc(body));
        return chunk;
    }

    // PNG, annex D: CRC-32 of ISO 3309.
    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}

public sealed class UploadCorpusOnSqlite() : UploadCorpusTests(Engine.Sqlite);

public sealed class UploadCorpusOnPostgres() : UploadCorpusTests(Engine.Postgres);
