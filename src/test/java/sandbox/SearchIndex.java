package sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The search engine beside FusionAuth: users as they were at its last refresh, once a second. Text is analysed as
 * OpenSearch does without a mapping ({@code field} without case and in words, {@code field.keyword} exactly), arrays of
 * objects are flattened, registrations are nested and so out of reach of plain fields.
 */
final class SearchIndex {

    private record Change(UUID id, @Nullable ObjectNode json, long visibleAt) {}

    private static final String ID = "_id";
    private static final String ALL = "_all";
    private static final String SOURCE = "_source";
    private static final long REFRESH_MILLIS = 1000;

    private final Deque<Change> notVisibleYet = new ArrayDeque<>();
    private final StandardAnalyzer analyzer = new StandardAnalyzer();
    private final ByteBuffersDirectory directory = new ByteBuffersDirectory();
    private final IndexWriter writer;
    private final LongSupplier millis;

    /** {@code millis} is the time, as {@link System#currentTimeMillis()} has it. */
    SearchIndex(LongSupplier millis) {
        this.millis = millis;
        try {
            writer = new IndexWriter(directory, new IndexWriterConfig(analyzer));
            writer.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A user is like this from now on; null: is gone. */
    synchronized void changed(UUID id, @Nullable ObjectNode json) {
        var nextRefresh = (millis.getAsLong() / REFRESH_MILLIS + 1) * REFRESH_MILLIS;
        notVisibleYet.add(new Change(id, json == null ? null : json.deepCopy(), nextRefresh));
    }

    /** The best hits first, at most {@code atMost}. A query may come to nothing by its syntax. */
    synchronized List<JsonNode> find(String queryString, int atMost) throws ParseException {
        try {
            refresh();
            var parser = new QueryParser(ALL, analyzer);
            parser.setAllowLeadingWildcard(true);
            try (var reader = DirectoryReader.open(directory)) {
                var searcher = new IndexSearcher(reader);
                var hits = new ArrayList<JsonNode>();
                for (var hit : searcher.search(parser.parse(prepared(queryString)), Math.max(1, atMost)).scoreDocs) {
                    hits.add(Json.MAPPER.readTree(
                            searcher.storedFields().document(hit.doc).get(SOURCE)));
                }
                return hits;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** FusionAuth takes a word with an address's sign as an address, and any other single word as a part of one. */
    private static String prepared(String queryString) {
        if (queryString.contains(":") || queryString.contains(" ")) {
            return queryString;
        }
        return queryString.contains("@") ? "email:" + queryString : "*" + queryString.replace("*", "") + "*";
    }

    private void refresh() throws IOException {
        var now = millis.getAsLong();
        while (!notVisibleYet.isEmpty() && notVisibleYet.getFirst().visibleAt() <= now) {
            var change = notVisibleYet.removeFirst();
            var id = new Term(ID, change.id().toString());
            if (change.json() == null) {
                writer.deleteDocuments(id);
            } else {
                writer.updateDocument(id, document(change.id(), change.json()));
            }
        }
        writer.commit();
    }

    private static Document document(UUID id, ObjectNode json) {
        var document = new Document();
        document.add(new StringField(ID, id.toString(), Field.Store.NO));
        document.add(new StoredField(SOURCE, Json.MAPPER.writeValueAsString(json)));
        json.properties().forEach(property -> {
            if (!property.getKey().equals("registrations") && !property.getKey().equals("memberships")) {
                add(document, property.getKey(), property.getValue());
            }
        });
        return document;
    }

    private static void add(Document document, String field, JsonNode value) {
        if (value.isObject()) {
            value.properties().forEach(property -> add(document, field + "." + property.getKey(), property.getValue()));
        } else if (value.isArray()) {
            value.forEach(item -> add(document, field, item));
        } else if (!value.isNull()) {
            var text = value.asString();
            document.add(new TextField(field, text, Field.Store.NO));
            document.add(new TextField(ALL, text, Field.Store.NO));
            document.add(new StringField(field + ".keyword", text, Field.Store.NO));
        }
    }
}
