namespace Sparkplug.Broker.Packets;

/// <summary>The Variable Byte Integer: seven bits a byte, lowest first, at most four bytes (MQTT 5, 1.5.5; MQTT 3.1.1, 2.2.3).</summary>
internal static class VariableByteInteger
{
    /// <summary>The largest value.</summary>
    public const int Maximum = 268_435_455;

    /// <summary>The most bytes that one has.</summary>
    public const int MaximumLength = 4;

    /// <summary>The number of bytes of the shortest encoding, the only one that 5.0 allows (MQTT-1.5.5-1).</summary>
    public static int LengthOf(int value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };

    /// <summary>Reads one from the front.</summary>
    /// <param name="length">How many bytes it has; 0 when the input ends before it does, more than four when it goes on too long.</param>
    public static int Read(ReadOnlySpan<byte> input, out int length)
    {
        var value = 0;
        for (var i = 0; i < MaximumLength; i++)
        {
            if (i == input.Length)
            {
                length = 0;
                return 0;
            }
            value |= (input[i] & 0x7F) << (7 * i);
            if (input[i] < 0x80)
            {
                length = i + 1;
                return value;
            }
        }
        length = MaximumLength + 1;
        return 0;
    }

    /// <summary>Writes the shortest encoding to the front and returns how many bytes that were.</summary>
    public static int Write(Span<byte> output, int value)
    {
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            output[at++] = (byte)(value | 0x80);
        output[at++] = (byte)value;
        return at;
    }
}
