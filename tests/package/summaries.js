export default [
  {
    "name": "of a server that says nothing",
    "expected": {
      "queryType": null,
      "counters": { "containsUpdates": false, "containsSystemUpdates": false },
      "plan": null,
      "profile": null,
      "notifications": [],
      "gqlStatusObjects": [
        {
          "gqlStatus": "00000", "statusDescription": "note: successful completion",
          "severity": "UNKNOWN", "classification": "UNKNOWN", "rawSeverity": null, "rawClassification": null,
          "position": null, "isNotification": false,
          "diagnosticRecord": { "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/" }
        }
      ],
      "resultAvailableAfter": null,
      "resultConsumedAfter": null,
      "database": null,
      "omitted": []
    }
  },
  {
    "name": "a plain one",
    "began": { "t_first": 3 },
    "said": { "type": "rw", "t_last": 5, "db": "neo4j", "bookmark": "b:1" },
    "expected": { "queryType": "rw", "resultAvailableAfter": 3, "resultConsumedAfter": 5, "database": "neo4j" }
  },
  {
    "name": "times and names of other kinds, as good as not said",
    "began": { "t_first": "3" },
    "said": { "type": 1, "t_last": -1, "db": ["neo4j"], "stats": [], "plan": 5, "profile": "x", "notifications": {} },
    "expected": {}
  },
  {
    "name": "no time is negative or a part of a millisecond; a whole one may be sent as a float",
    "began": { "t_first": { "bytes": "C1 4008000000000000" } },
    "said": { "t_last": { "bytes": "C1 400C000000000000" } },
    "expected": { "resultAvailableAfter": 3 }
  },
  { "name": "schema", "said": { "type": "s" }, "expected": { "queryType": "s" } },
  { "name": "a type of query that there is not", "said": { "type": "x" }, "error": "none of r, w, rw and s" },
  { "name": "an empty type of query", "said": { "type": "" }, "error": "none of r, w, rw and s" },
  {
    "name": "all counters",
    "said": {
      "stats": {
        "nodes-created": 1, "nodes-deleted": 2, "relationships-created": 3, "relationships-deleted": 4,
        "properties-set": 5, "labels-added": 6, "labels-removed": 7, "indexes-added": 8, "indexes-removed": 9,
        "constraints-added": 10, "constraints-removed": 11, "system-updates": 12
      }
    },
    "expected": {
      "counters": {
        "nodesCreated": 1, "nodesDeleted": 2, "relationshipsCreated": 3, "relationshipsDeleted": 4,
        "propertiesSet": 5, "labelsAdded": 6, "labelsRemoved": 7, "indexesAdded": 8, "indexesRemoved": 9,
        "constraintsAdded": 10, "constraintsRemoved": 11, "systemUpdates": 12,
        "containsUpdates": true, "containsSystemUpdates": true
      }
    }
  },
  {
    "name": "changes of the system are none of data",
    "said": { "stats": { "system-updates": 1 } },
    "expected": { "counters": { "systemUpdates": 1, "containsUpdates": false, "containsSystemUpdates": true } }
  },
  {
    "name": "the server's own word on whether there are changes",
    "said": { "stats": { "labels-added": 1, "system-updates": 2, "contains-updates": false, "contains-system-updates": false } },
    "expected": {
      "counters": { "labelsAdded": 1, "systemUpdates": 2, "containsUpdates": false, "containsSystemUpdates": false }
    }
  },
  {
    "name": "counters of other kinds; one as a float",
    "said": {
      "stats": {
        "nodes-created": "1", "nodes-deleted": null, "labels-added": true, "labels-removed": [1],
        "properties-set": { "bytes": "C1 4000000000000000" }, "indexes-added": { "bytes": "C1 3FF8000000000000" },
        "contains-updates": "no", "contains-system-updates": 1, "constructor": 7, "unknown": 8
      }
    },
    "expected": { "counters": { "propertiesSet": 2, "containsUpdates": true, "containsSystemUpdates": false } }
  },
  {
    "name": "counters below zero are no changes",
    "said": { "stats": { "nodes-created": -1, "system-updates": -2 } },
    "expected": {
      "counters": { "nodesCreated": -1, "systemUpdates": -2, "containsUpdates": false, "containsSystemUpdates": false }
    }
  },
  {
    "name": "a plan is a tree",
    "said": {
      "plan": {
        "operatorType": "ProduceResults@neo4j", "args": { "planner": "COST", "EstimatedRows": 1.5 }, "identifiers": ["n", "m"],
        "children": [
          { "operatorType": "CartesianProduct@neo4j", "children": [{ "operatorType": "A" }, { "operatorType": "B" }] },
          { "operatorType": "C", "children": [] }
        ]
      }
    },
    "expected": {
      "plan": {
        "operatorType": "ProduceResults@neo4j", "arguments": { "planner": "COST", "EstimatedRows": 1.5 },
        "identifiers": ["n", "m"],
        "children": [
          {
            "operatorType": "CartesianProduct@neo4j", "arguments": {}, "identifiers": [],
            "children": [
              { "operatorType": "A", "arguments": {}, "identifiers": [], "children": [] },
              { "operatorType": "B", "arguments": {}, "identifiers": [], "children": [] }
            ]
          },
          { "operatorType": "C", "arguments": {}, "identifiers": [], "children": [] }
        ]
      }
    }
  },
  {
    "name": "a profile is a plan too, and what it measures has kinds",
    "said": {
      "profile": {
        "operatorType": "Scan", "dbHits": 3, "rows": 2, "pageCacheHits": 5, "pageCacheMisses": 1,
        "pageCacheHitRatio": 0.5, "time": 77,
        "children": [{ "dbHits": "3", "rows": 0.5, "pageCacheHits": null, "pageCacheMisses": [], "pageCacheHitRatio": 1, "time": "x" }]
      }
    },
    "expected": {
      "plan": {
        "operatorType": "Scan", "arguments": {}, "identifiers": [],
        "children": [{ "operatorType": "", "arguments": {}, "identifiers": [], "children": [] }]
      },
      "profile": {
        "operatorType": "Scan", "arguments": {}, "identifiers": [], "dbHits": 3, "rows": 2, "pageCacheHits": 5,
        "pageCacheMisses": 1, "pageCacheHitRatio": 0.5, "time": 77,
        "children": [
          {
            "operatorType": "", "arguments": {}, "identifiers": [], "children": [], "dbHits": 0, "rows": 0,
            "pageCacheHits": null, "pageCacheMisses": null, "pageCacheHitRatio": 1, "time": null
          }
        ]
      }
    }
  },
  {
    "name": "parts of a plan of other kinds",
    "said": {
      "plan": {
        "operatorType": 5, "args": ["x"], "identifiers": ["n", 1, null, ["m"]],
        "children": [1, { "operatorType": "A", "identifiers": "n", "args": null }, null]
      }
    },
    "expected": {
      "plan": {
        "operatorType": "", "arguments": {}, "identifiers": ["n"],
        "children": [{ "operatorType": "A", "arguments": {}, "identifiers": [], "children": [] }]
      }
    }
  },
  {
    "name": "a list where a plan should be, of which each says how much of it is beneath",
    "said": {
      "plan": [{ "operatorType": "A", "children": 1 }, { "operatorType": "B", "children": 9007199254740991 }, "x", { "operatorType": "C" }],
      "profile": []
    },
    "expected": {
      "plan": {
        "operatorType": "A", "arguments": {}, "identifiers": [],
        "children": [
          {
            "operatorType": "B", "arguments": {}, "identifiers": [],
            "children": [{ "operatorType": "C", "arguments": {}, "identifiers": [], "children": [] }]
          }
        ]
      }
    }
  },
  {
    "name": "several in a list of which the first has none beneath it",
    "said": { "plan": [{ "operatorType": "A", "children": -1 }, { "operatorType": "B" }] },
    "expected": { "plan": { "operatorType": "A", "arguments": {}, "identifiers": [], "children": [] } }
  },
  {
    "name": "no records",
    "records": false,
    "expected": {
      "gqlStatusObjects": [
        {
          "gqlStatus": "02000", "statusDescription": "note: no data",
          "severity": "UNKNOWN", "classification": "UNKNOWN", "rawSeverity": null, "rawClassification": null,
          "position": null, "isNotification": false,
          "diagnosticRecord": { "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/" }
        }
      ]
    }
  },
  {
    "name": "no columns",
    "columns": false,
    "records": false,
    "expected": {
      "gqlStatusObjects": [
        {
          "gqlStatus": "00001", "statusDescription": "note: successful completion - omitted result",
          "severity": "UNKNOWN", "classification": "UNKNOWN", "rawSeverity": null, "rawClassification": null,
          "position": null, "isNotification": false,
          "diagnosticRecord": { "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/" }
        }
      ]
    }
  },
  {
    "name": "notifications become status objects: no data weighs most, then warnings, then information",
    "records": false,
    "said": {
      "notifications": [
        { "code": "Neo.I", "title": "t", "description": "d", "severity": "INFORMATION", "category": "PERFORMANCE",
          "position": { "offset": 9, "line": 1, "column": 10 } },
        { "code": "Neo.W", "severity": "WARNING" }
      ]
    },
    "expected": {
      "notifications": [
        { "code": "Neo.I", "title": "t", "description": "d", "severity": "INFORMATION", "category": "PERFORMANCE",
          "rawSeverity": "INFORMATION", "rawCategory": "PERFORMANCE", "position": { "offset": 9, "line": 1, "column": 10 } },
        { "code": "Neo.W", "title": "", "description": "", "severity": "WARNING", "category": "UNKNOWN",
          "rawSeverity": "WARNING", "rawCategory": "", "position": null }
      ],
      "gqlStatusObjects": [
        {
          "gqlStatus": "02000", "statusDescription": "note: no data",
          "severity": "UNKNOWN", "classification": "UNKNOWN", "rawSeverity": null, "rawClassification": null,
          "position": null, "isNotification": false,
          "diagnosticRecord": { "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/" }
        },
        {
          "gqlStatus": "01N42", "statusDescription": "warn: unknown warning",
          "severity": "WARNING", "classification": "UNKNOWN", "rawSeverity": "WARNING", "rawClassification": null,
          "position": null, "isNotification": true,
          "diagnosticRecord": { "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/", "_severity": "WARNING" }
        },
        {
          "gqlStatus": "03N42", "statusDescription": "d",
          "severity": "INFORMATION", "classification": "PERFORMANCE",
          "rawSeverity": "INFORMATION", "rawClassification": "PERFORMANCE",
          "position": { "offset": 9, "line": 1, "column": 10 }, "isNotification": true,
          "diagnosticRecord": {
            "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/", "_severity": "INFORMATION",
            "_classification": "PERFORMANCE", "_position": { "offset": 9, "line": 1, "column": 10 }
          }
        }
      ]
    }
  },
  {
    "name": "notifications in which nothing is as it should be; success comes before what is no warning",
    "said": {
      "statuses": {},
      "notifications": [
        null, 5, [],
        { "code": 1, "title": [], "description": {}, "severity": "LOUD", "category": 9, "position": { "offset": 1, "line": 0, "column": 0 } },
        { "severity": { "bytes": "C2" }, "category": "SCHEMA", "position": { "offset": "1", "line": 1, "column": 1 } }
      ]
    },
    "expected": {
      "notifications": [
        { "code": "", "title": "", "description": "", "severity": "UNKNOWN", "category": "UNKNOWN",
          "rawSeverity": "LOUD", "rawCategory": "", "position": null },
        { "code": "", "title": "", "description": "", "severity": "UNKNOWN", "category": "SCHEMA",
          "rawSeverity": "", "rawCategory": "SCHEMA", "position": null }
      ],
      "gqlStatusObjects": [
        {
          "gqlStatus": "00000", "statusDescription": "note: successful completion",
          "severity": "UNKNOWN", "classification": "UNKNOWN", "rawSeverity": null, "rawClassification": null,
          "position": null, "isNotification": false,
          "diagnosticRecord": { "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/" }
        },
        {
          "gqlStatus": "03N42", "statusDescription": "info: unknown notification",
          "severity": "UNKNOWN", "classification": "UNKNOWN", "rawSeverity": "LOUD", "rawClassification": null,
          "position": null, "isNotification": true,
          "diagnosticRecord": { "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/", "_severity": "LOUD" }
        },
        {
          "gqlStatus": "03N42", "statusDescription": "info: unknown notification",
          "severity": "UNKNOWN", "classification": "SCHEMA", "rawSeverity": null, "rawClassification": "SCHEMA",
          "position": null, "isNotification": true,
          "diagnosticRecord": { "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/", "_classification": "SCHEMA" }
        }
      ]
    }
  },
  {
    "name": "status objects become notifications where they have a code, and stay in their order",
    "said": {
      "notifications": [{ "code": "Neo.Unread" }],
      "statuses": [
        { "gql_status": "00000", "status_description": "note: successful completion" },
        {
          "gql_status": "01N50", "status_description": "warn: unknown label",
          "neo4j_code": "Neo.Label", "title": "Unknown label", "description": "There is no such label.",
          "diagnostic_record": {
            "OPERATION": "X", "CURRENT_SCHEMA": null, "more": [1], "_severity": "WARNING", "_classification": "UNRECOGNIZED",
            "_position": { "offset": 9, "line": 1, "column": 10 }
          }
        }
      ]
    },
    "expected": {
      "notifications": [
        { "code": "Neo.Label", "title": "Unknown label", "description": "There is no such label.", "severity": "WARNING",
          "category": "UNRECOGNIZED", "rawSeverity": "WARNING", "rawCategory": "UNRECOGNIZED",
          "position": { "offset": 9, "line": 1, "column": 10 } }
      ],
      "gqlStatusObjects": [
        {
          "gqlStatus": "00000", "statusDescription": "note: successful completion",
          "severity": "UNKNOWN", "classification": "UNKNOWN", "rawSeverity": null, "rawClassification": null,
          "position": null, "isNotification": false,
          "diagnosticRecord": { "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/" }
        },
        {
          "gqlStatus": "01N50", "statusDescription": "warn: unknown label",
          "severity": "WARNING", "classification": "UNRECOGNIZED",
          "rawSeverity": "WARNING", "rawClassification": "UNRECOGNIZED",
          "position": { "offset": 9, "line": 1, "column": 10 }, "isNotification": true,
          "diagnosticRecord": {
            "OPERATION": "X", "OPERATION_CODE": "0", "CURRENT_SCHEMA": null, "more": [1], "_severity": "WARNING",
            "_classification": "UNRECOGNIZED", "_position": { "offset": 9, "line": 1, "column": 10 }
          }
        }
      ]
    }
  },
  {
    "name": "status objects in which nothing is as it should be",
    "said": {
      "statuses": [
        "x",
        { "gql_status": 1, "status_description": null, "neo4j_code": 5, "diagnostic_record": [] },
        { "neo4j_code": "Neo.X", "diagnostic_record": { "_severity": 1, "_classification": "ODD", "_position": 3 } }
      ]
    },
    "expected": {
      "notifications": [
        { "code": "Neo.X", "title": "", "description": "", "severity": "UNKNOWN", "category": "UNKNOWN",
          "rawSeverity": "", "rawCategory": "ODD", "position": null }
      ],
      "gqlStatusObjects": [
        {
          "gqlStatus": "", "statusDescription": "",
          "severity": "UNKNOWN", "classification": "UNKNOWN", "rawSeverity": null, "rawClassification": null,
          "position": null, "isNotification": true,
          "diagnosticRecord": { "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/" }
        },
        {
          "gqlStatus": "", "statusDescription": "",
          "severity": "UNKNOWN", "classification": "UNKNOWN", "rawSeverity": null, "rawClassification": "ODD",
          "position": null, "isNotification": true,
          "diagnosticRecord": {
            "OPERATION": "", "OPERATION_CODE": "0", "CURRENT_SCHEMA": "/", "_severity": 1, "_classification": "ODD",
            "_position": 3
          }
        }
      ]
    }
  },
  {
    "name": "status objects, none of them",
    "said": { "statuses": [] },
    "expected": { "gqlStatusObjects": [] }
  },
  {
    "name": "what could not be kept, which is not the server's to say",
    "said": { "db": { "bytes": "B1 00 C0" }, "omitted": ["x"], "unknown": { "bytes": "B1 00 C0" } },
    "expected": { "omitted": ["db", "unknown"] }
  },
  {
    "name": "values of other kinds where a map should be",
    "said": {
      "stats": { "bytes": "B3 58 C9 1C99 C1 3FF0000000000000 C1 3FF0000000000000" },
      "statuses": { "bytes": "CC 01 00" },
      "notifications": [{ "bytes": "B3 58 C9 1C99 C1 3FF0000000000000 C1 3FF0000000000000" }],
      "plan": { "bytes": "CC 01 00" }
    },
    "expected": {}
  }
]
