using System.Globalization;
using System.IO.Ports;
using System.Text;

namespace SystemTests.Avr;

/// <summary>A line from the board, taken apart with no more than the document says: an outside view on the firmware.</summary>
/// <param name="Text">The line as it came, without its LF.</param>
internal sealed record WireLine(string Text)
{
    private string[] Parts { get; } = Text[..Math.Max(0, Text.Length - 5)].Split(' ');

    /// <summary>True if it ends in the CRC of what is before it.</summary>
    public bool IsFrame => Text.Length > 5 && Text[^5] == '*' && Text[^4..] == Wire.Crc(Text[..^5]);

    /// <summary>HELLO, TAG, ...</summary>
    public string Verb => Parts[0];

    /// <summary>The frame's sequence.</summary>
    public int Seq => int.Parse(Parts[1], CultureInfo.InvariantCulture);

    /// <summary>What follows the sequence, up to the CRC.</summary>
    public string Fields => string.Join(' ', Parts.Skip(2));

    /// <summary>The text of an attribute (<c>key=text</c>) or of a reading (<c>name:text</c>), or null.</summary>
    public string? this[string name] => Parts.Skip(2)
        .Where(part => part.StartsWith(name + "=", StringComparison.Ordinal) || part.StartsWith(name + ":", StringComparison.Ordinal))
        .Select(part => part[(name.Length + 1)..]).FirstOrDefault();

    /// <summary>An attribute that is a number.</summary>
    public int Number(string name) => int.Parse(this[name]!, CultureInfo.InvariantCulture);
}

/// <summary>The edge node's end of the cable, bare: lines out, lines in.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private readonly SerialPort _port;
    private readonly Stream _stream;
    private readonly CancellationTokenSource _closing = new();
    private readonly EventLog _lines = new();
    private readonly Task _reading;
    private int _read;

    /// <summary>Opens a port.</summary>
    public Wire(string path)
    {
        _port = new SerialPort(path, 115200);
        _port.Open();
        _stream = _port.BaseStream;
        _reading = ReadAsync();
    }

    /// <summary>Everything that came so far.</summary>
    public IReadOnlyList<WireLine> Lines => [.. _lines.From(0).Select(line => new WireLine(line))];

    /// <summary>Sends a body with its CRC.</summary>
    public Task SendAsync(string body) => SendRawAsync($"{body}*{Crc(body)}\n");

    /// <summary>Sends text as it is.</summary>
    public Task SendRawAsync(string text) => SendRawAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendRawAsync(byte[] bytes) => await _stream.WriteAsync(bytes, _closing.Token);

    /// <summary>The next frame with this verb that fits, among those not yet taken; all before it count as taken.</summary>
    public Task<WireLine> NextAsync(string verb, Func<WireLine, bool>? fits = null) =>
        TakeAsync(verb, line => line.Verb == verb && (fits is null || fits(line)));

    /// <summary>Sends a command and waits for its answer.</summary>
    public async Task<WireLine> AskAsync(int cmd, string verb, string fields)
    {
        await SendAsync($"{verb} cmd={cmd} {fields}");
        return await AnswerAsync(cmd);
    }

    /// <summary>The next ACK or NAK for a command.</summary>
    public Task<WireLine> AnswerAsync(int cmd) =>
        TakeAsync($"answer to {cmd}", line => line.Verb is "ACK" or "NAK" && line.Number("cmd") == cmd);

    private Task<WireLine> TakeAsync(string what, Func<WireLine, bool> fits)
    {
        int from = _read;
        return _lines.WaitAsync(from, Deadline, what, lines =>
        {
            for (int i = 0; i < lines.Count; i++)
            {
                var line = new WireLine(lines[i]);
                if (!line.IsFrame || !fits(line))
                    continue;
                _read = from + i + 1;
                return line;
            }
            return null;
        });
    }

    /// <summary>CRC-16/CCITT-FALSE as four hexadecimal digits.</summary>
    public static string Crc(string text)
    {
        ushort crc = 0xFFFF;
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            crc ^= (ushort)(value << 8);
            for (int bit = 0; bit < 8; bit++)
                crc = (ushort)((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1);
        }
        return crc.ToString("X4", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _reading;
        await _stream.DisposeAsync(); // before the port itself, which could wait for a peer that is gone
        _port.Dispose();
        _closing.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[1024];
        var line = new List<byte>();
        try
        {
            while (true)
            {
                int count = await _stream.ReadAsync(buffer, _closing.Token);
                if (count == 0)
                    break;
                foreach (byte value in buffer.AsSpan(0, count))
                    Take(value, line);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or IOException)
        {
            // closed here, or unplugged there
        }
        _lines.End();
    }

    private void Take(byte value, List<byte> line)
    {
        if (value != '\n')
        {
            if (value != '\r')
                line.Add(value);
            return;
        }
        if (line.Count > 0)
            _lines.Add(Encoding.UTF8.GetString([.. line]));
        line.Clear();
    }
}
